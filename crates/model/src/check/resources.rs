//! Trait `resources` (seed 000, Resources; decisions 21, 44).

use super::{Findings, Place};
use crate::traits::Resources;
use crate::{Amount, Quantity};

/// One MiB in nano units.
const MEBIBYTE: i128 = 1_000_000_000 << 20;

pub(super) fn check(resources: &Resources, at: &Place, findings: &mut Findings) {
    if let Some(cpu) = &resources.cpu {
        amount(cpu, &at.field("cpu"), findings);
    }
    if let Some(memory) = &resources.memory {
        self::memory(memory, &at.field("memory"), findings);
    }
    if let Some(gpu) = &resources.gpu {
        self::gpu(gpu, &at.field("gpu"), findings);
    }
}

fn memory(memory: &Quantity, place: &Place, findings: &mut Findings) {
    let Some(parsed) = amount(memory, place, findings) else {
        return;
    };
    if parsed.whole().is_none() {
        let message = format!("{} bytes is no whole number of bytes", memory.as_str());
        findings
            .error(place, "invalid-quantity", message)
            .hint("m means a thousandth; M and Mi are megabytes");
    }
}

/// A count (`"2"`) or a share of GPU memory (`"8Gi"`).
fn gpu(gpu: &Quantity, place: &Place, findings: &mut Findings) {
    let Some(parsed) = amount(gpu, place, findings) else {
        return;
    };
    let text = gpu.as_str();
    if text.ends_with(['m', 'u', 'n']) {
        let message = format!("{text:?} is neither a number of GPUs nor a share of GPU memory");
        findings
            .error(place, "invalid-quantity", message)
            .hint("write a whole number such as 1, or memory such as 8Gi");
    } else if parsed.has_unit() && parsed.nanos() < MEBIBYTE {
        let message = format!("{text} of GPU memory is less than 1Mi, the smallest share");
        findings.error(place, "invalid-quantity", message);
    } else if !parsed.has_unit() && parsed.whole().is_none() {
        let message = format!("{text} GPUs are no whole number");
        findings
            .error(place, "invalid-quantity", message)
            .hint("share a GPU by its memory, e.g. 8Gi");
    }
}

/// A quantity that is not negative.
pub(super) fn amount(
    quantity: &Quantity,
    place: &Place,
    findings: &mut Findings,
) -> Option<Amount> {
    match quantity.amount() {
        Ok(amount) if amount.is_negative() => {
            findings.error(
                place,
                "invalid-quantity",
                format!("{} is negative", quantity.as_str()),
            );
            None
        }
        Ok(amount) => Some(amount),
        Err(error) => {
            findings.error(place, "invalid-quantity", error.to_string());
            None
        }
    }
}
