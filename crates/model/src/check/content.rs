//! What `config` and `secret` components hold (decisions 19, 44).

use std::collections::BTreeMap;

use super::identifiers::{is_base64, is_config_key};
use super::{Findings, Place, Subject};
use crate::{ComponentType, Properties};

/// Most bytes of values in one ConfigMap or Secret.
const LIMIT: usize = 1 << 20;

pub(super) fn check(
    subject: &Subject,
    properties: &Properties,
    at: &Place,
    findings: &mut Findings,
) {
    let owners = [
        ("conf", &properties.conf, ComponentType::Config),
        ("binaryConf", &properties.binary_conf, ComponentType::Config),
        ("secret", &properties.secret, ComponentType::Secret),
    ];
    for (field, entries, owner) in owners {
        let place = at.field(field);
        keys(entries, &place, findings);
        let misplaced = subject
            .kind
            .is_some_and(|kind| kind != owner && kind != ComponentType::Middleware);
        if misplaced && !entries.is_empty() && !subject.is_clone() {
            let wanted = if owner == ComponentType::Secret {
                "secret"
            } else {
                "config"
            };
            let message = format!(
                "{field} belongs into a component of type {wanted}; a {} would lose it",
                subject.type_name()
            );
            findings
                .error(&place, "wrong-component", message)
                .hint(format!("move it into a component of type {wanted}"));
        }
    }
    for (key, value) in &properties.binary_conf {
        let place = at.field("binaryConf");
        if !is_base64(value) {
            findings.error(
                &place.field(key),
                "invalid-base64",
                "the value is no base64",
            );
        }
        if properties.conf.contains_key(key) {
            findings.error(
                &place.field(key),
                "duplicate-key",
                format!("the key {key:?} is in conf, too"),
            );
        }
    }
    let binary = bytes(&properties.binary_conf) / 4 * 3;
    size(
        bytes(&properties.conf) + binary,
        &at.field("conf"),
        "ConfigMap",
        findings,
    );
    size(
        bytes(&properties.secret),
        &at.field("secret"),
        "Secret",
        findings,
    );
    emptiness(subject, properties, at, findings);
}

fn keys(entries: &BTreeMap<String, String>, place: &Place, findings: &mut Findings) {
    for key in entries.keys().filter(|key| !is_config_key(key)) {
        let message = "the key may hold letters, digits, '-', '_' and '.', at most 253 of them";
        findings.error(&place.field(key), "invalid-key", message);
    }
}

fn bytes(entries: &BTreeMap<String, String>) -> usize {
    entries.values().map(String::len).sum()
}

fn size(bytes: usize, place: &Place, kind: &str, findings: &mut Findings) {
    if bytes > LIMIT {
        let message =
            format!("the values have {bytes} bytes together; a {kind} holds at most {LIMIT}");
        findings
            .error(place, "too-large", message)
            .hint("split it, or keep large files in a volume or an image");
    }
}

fn emptiness(subject: &Subject, properties: &Properties, at: &Place, findings: &mut Findings) {
    let (field, empty) = match subject.kind {
        Some(ComponentType::Config) => (
            "conf",
            properties.conf.is_empty() && properties.binary_conf.is_empty(),
        ),
        Some(ComponentType::Secret) => ("secret", properties.secret.is_empty()),
        _ => return,
    };
    if empty && !subject.is_clone() {
        findings.warn(
            &at.field(field),
            "empty",
            format!("the {} holds nothing", subject.type_name()),
        );
    }
}
