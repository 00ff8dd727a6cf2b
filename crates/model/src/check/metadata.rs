//! Labels and annotations.

use std::collections::BTreeMap;

use super::identifiers::{is_label_value, is_qualified_name};
use super::{Findings, Place};

/// Most bytes of all annotations of one object.
const ANNOTATIONS_LIMIT: usize = 256 << 10;

/// Keys of labels that the platform sets.
const MANAGED: [&str; 4] = [
    "app.kubernetes.io/name",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/version",
];
const MANAGED_PREFIX: &str = "kube-min-cli-";

/// Labels that the author puts on an object.
pub(super) fn labels(labels: &BTreeMap<String, String>, at: &Place, findings: &mut Findings) {
    selector(labels, at, findings);
    for key in labels.keys() {
        if MANAGED.contains(&key.as_str()) || key.starts_with(MANAGED_PREFIX) {
            let message = format!("the label {key} is set by the platform; this value is not used");
            findings.warn(&at.field(key), "managed-label", message);
        }
    }
}

/// Labels that something else must have.
pub(super) fn selector(labels: &BTreeMap<String, String>, at: &Place, findings: &mut Findings) {
    for (key, value) in labels {
        let place = at.field(key);
        self::key(key, &place, findings);
        if !is_label_value(value) {
            let message = format!(
                "{value:?} is no value of a label: at most 63 letters, digits, '-', '_', '.', a letter or digit at both ends"
            );
            findings.error(&place, "invalid-label", message);
        }
    }
}

pub(super) fn annotations(
    annotations: &BTreeMap<String, String>,
    at: &Place,
    findings: &mut Findings,
) {
    for key in annotations.keys() {
        self::key(key, &at.field(key), findings);
    }
    let bytes: usize = annotations
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum();
    if bytes > ANNOTATIONS_LIMIT {
        let message = format!(
            "the annotations have {bytes} bytes together; at most {ANNOTATIONS_LIMIT} are possible"
        );
        findings.error(at, "too-large", message);
    }
}

fn key(key: &str, place: &Place, findings: &mut Findings) {
    if !is_qualified_name(key) {
        let message = "the key must be a name of at most 63 letters, digits, '-', '_', '.', with an optional DNS prefix and '/' before it";
        findings.error(place, "invalid-key", message);
    }
}
