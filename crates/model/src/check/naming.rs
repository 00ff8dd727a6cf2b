//! Names and references, before they are normalised.

use super::{Findings, MISSING, Place};
use crate::names::{LABEL_LIMIT, SUBDOMAIN_LIMIT, normalise, normalise_reference};

/// A name that becomes a DNS-1123 label: not empty and at most 63 characters when normalised (decision 9).
pub(super) fn name(text: &str, place: &Place, what: &str, findings: &mut Findings) {
    let label = normalise(text);
    if text.trim().is_empty() {
        findings.error(place, MISSING, format!("the name of the {what} is empty"));
    } else if label.is_empty() {
        let message = format!(
            "nothing of {text:?} can stay in the name of a {what}: it needs letters a-z or digits"
        );
        findings.error(place, "invalid-name", message);
    } else if label.len() > LABEL_LIMIT {
        let message = format!(
            "the name of the {what} has {} characters; at most {LABEL_LIMIT} are possible",
            label.len()
        );
        findings.error(place, "invalid-name", message);
    }
}

/// The name of an object in the same namespace (decision 23: no `/`).
pub(super) fn reference(text: &str, place: &Place, what: &str, findings: &mut Findings) {
    let target = normalise_reference(text);
    if text.trim().is_empty() {
        findings.error(place, MISSING, format!("the name of the {what} is empty"));
    } else if text.contains('/') {
        let message =
            format!("{text:?} contains a slash; the {what} must be in the application's namespace");
        findings
            .error(place, "invalid-name", message)
            .hint("give its name only");
    } else if target.is_empty() || target.len() > SUBDOMAIN_LIMIT {
        findings.error(
            place,
            "invalid-name",
            format!("{text:?} cannot be the name of a {what}"),
        );
    }
}

/// A name where empty counts as absent.
pub(super) fn optional_reference(
    text: Option<&str>,
    place: &Place,
    what: &str,
    findings: &mut Findings,
) {
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        reference(text, place, what, findings);
    }
}

/// One of a few known words.
pub(super) fn choice(text: &str, known: &[&str], place: &Place, findings: &mut Findings) -> bool {
    if known.contains(&text) {
        return true;
    }
    let hint = crate::shape::nearest(text, known.iter().copied())
        .map(|word| format!("did you mean {word}?"));
    let message = match text {
        "" => format!("the value is empty; it must be one of {}", known.join(", ")),
        _ => format!(
            "{text:?} is not known; it must be one of {}",
            known.join(", ")
        ),
    };
    findings
        .error(place, "unknown-value", message)
        .maybe_hint(hint);
    false
}
