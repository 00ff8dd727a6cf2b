//! Trait `disruption` (decision 25).

use super::{EXACTLY_ONE, Findings, Place, share};
use crate::traits::Disruption;

pub(super) fn check(disruption: &Disruption, at: &Place, findings: &mut Findings) {
    let given = usize::from(disruption.min_available.is_some())
        + usize::from(disruption.max_unavailable.is_some());
    if given != 1 {
        findings.error(
            at,
            EXACTLY_ONE,
            "exactly one of minAvailable, maxUnavailable is needed",
        );
    }
    for (field, value) in [
        ("minAvailable", &disruption.min_available),
        ("maxUnavailable", &disruption.max_unavailable),
    ] {
        if let Some(value) = value {
            share::check(value, &at.field(field), findings);
        }
    }
}
