//! Environment variables: `env`, `envs` and `envFrom` (seed 000, Envs, EnvFrom; decisions 15, 23, 44).

use std::collections::{BTreeMap, HashSet};

use super::identifiers::{is_config_key, is_env_name, is_shell_name};
use super::known::Known;
use super::{EXACTLY_ONE, Findings, MISSING, Place, naming};
use crate::traits::envs::{KeyReference, ValueFrom};
use crate::traits::{Env, EnvFrom};
use crate::{Component, ComponentType};

/// Pod fields that a variable can be taken from.
const FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.podIP",
    "status.podIPs",
    "status.hostIP",
    "status.hostIPs",
];
/// Pod maps that a variable can be taken from by key.
const KEYED_FIELDS: [&str; 2] = ["metadata.labels", "metadata.annotations"];

/// Static variables: their names.
pub(super) fn fixed(env: &BTreeMap<String, String>, at: &Place, findings: &mut Findings) {
    for name in env.keys() {
        variable_name(name, &at.field(name), findings);
    }
}

/// Trait `envs`; `env` are the static variables of the same container.
pub(super) fn single(
    envs: &[Env],
    env: Option<&BTreeMap<String, String>>,
    known: &Known,
    at: &Place,
    findings: &mut Findings,
) {
    let mut names = HashSet::with_capacity(envs.len());
    for (index, variable) in envs.iter().enumerate() {
        let place = at.index(index);
        let name_place = place.field("name");
        variable_name(&variable.name, &name_place, findings);
        if !variable.name.is_empty() && !names.insert(variable.name.as_str()) {
            findings.error(
                &name_place,
                "duplicate-name",
                format!("the variable {} is there twice in envs", variable.name),
            );
        } else if env.is_some_and(|env| env.contains_key(&variable.name)) {
            let message = format!("the variable {} is in env, too", variable.name);
            findings
                .error(&name_place, "duplicate-name", message)
                .hint("keep one of them");
        }
        source(
            &variable.value_from,
            known,
            &place.field("valueFrom"),
            findings,
        );
    }
}

fn variable_name(name: &str, place: &Place, findings: &mut Findings) {
    if name.is_empty() {
        findings.error(place, MISSING, "the name of the variable is empty");
    } else if !is_env_name(name) {
        let message = format!(
            "{name:?} is no name of a variable: letters, digits, '_', '-' and '.', no digit in front"
        );
        findings.error(place, "invalid-name", message);
    }
}

fn source(source: &ValueFrom, known: &Known, at: &Place, findings: &mut Findings) {
    let given = [
        ("static", source.fixed.is_some()),
        ("secret", source.secret.is_some()),
        ("config", source.config.is_some()),
        ("field", source.field.is_some()),
    ];
    let given: Vec<&str> = given
        .iter()
        .filter(|(_, set)| *set)
        .map(|(name, _)| *name)
        .collect();
    if given.len() != 1 {
        let message = match given.len() {
            0 => "exactly one of static, secret, config, field is needed; none is given".to_owned(),
            _ => format!(
                "exactly one of static, secret, config, field is possible; given are {}",
                given.join(", ")
            ),
        };
        findings.error(at, EXACTLY_ONE, message);
    }
    if let Some(secret) = &source.secret {
        key_reference(
            secret,
            ComponentType::Secret,
            known,
            &at.field("secret"),
            findings,
        );
    }
    if let Some(config) = &source.config {
        key_reference(
            config,
            ComponentType::Config,
            known,
            &at.field("config"),
            findings,
        );
    }
    if let Some(field) = &source.field {
        pod_field(field, &at.field("field"), findings);
    }
}

fn key_reference(
    reference: &KeyReference,
    kind: ComponentType,
    known: &Known,
    at: &Place,
    findings: &mut Findings,
) {
    let what = if kind == ComponentType::Secret {
        "Secret"
    } else {
        "ConfigMap"
    };
    naming::reference(&reference.name, &at.field("name"), what, findings);
    let key = at.field("key");
    if reference.key.is_empty() {
        findings.error(&key, MISSING, "the key is empty");
    } else if !is_config_key(&reference.key) {
        findings.error(
            &key,
            "invalid-key",
            format!("{:?} cannot be a key of a {what}", reference.key),
        );
    } else if let Some(component) = known.of_type(&reference.name, kind)
        && component.template.is_none()
        && !keys(component).any(|key| *key == reference.key)
    {
        let message = format!(
            "the component {} has no key {:?}",
            component.name, reference.key
        );
        findings
            .warn(&key, "unknown-key", message)
            .hint("pods that need it do not start until it is there");
    }
}

/// All keys of the ConfigMap or Secret that a component becomes.
fn keys(component: &Component) -> impl Iterator<Item = &String> {
    component.properties.iter().flat_map(|own| {
        own.conf
            .keys()
            .chain(own.binary_conf.keys())
            .chain(own.secret.keys())
    })
}

fn pod_field(field: &str, place: &Place, findings: &mut Findings) {
    let keyed = KEYED_FIELDS.iter().any(|map| {
        field
            .strip_prefix(map)
            .and_then(|rest| rest.strip_prefix("['")?.strip_suffix("']"))
            .is_some_and(|key| !key.is_empty())
    });
    if !keyed && !FIELDS.contains(&field) {
        let message = format!("{field:?} is no pod field that a variable can be taken from");
        let known = format!(
            "known are {}, metadata.labels['<key>'] and metadata.annotations['<key>']",
            FIELDS.join(", ")
        );
        findings.error(place, "unknown-value", message).hint(known);
    }
}

/// Trait `envFrom`.
pub(super) fn batch(sources: &[EnvFrom], known: &Known, at: &Place, findings: &mut Findings) {
    for (index, source) in sources.iter().enumerate() {
        let place = at.index(index);
        naming::choice(
            &source.kind,
            &["configMap", "secret", "config"],
            &place.field("type"),
            findings,
        );
        let kind = if source.kind == "secret" {
            ComponentType::Secret
        } else {
            ComponentType::Config
        };
        let what = if kind == ComponentType::Secret {
            "Secret"
        } else {
            "ConfigMap"
        };
        let name = place.field("sourceName");
        naming::reference(&source.source_name, &name, what, findings);
        let Some(component) = known.of_type(&source.source_name, kind) else {
            continue;
        };
        let unreadable: Vec<&str> = keys(component)
            .map(String::as_str)
            .filter(|key| !is_shell_name(key))
            .take(5)
            .collect();
        if !unreadable.is_empty() {
            let message = format!(
                "keys of {} are no names that a shell can read as variables: {}",
                component.name,
                unreadable.join(", ")
            );
            findings
                .warn(&name, "unreadable-variable", message)
                .hint("call them like DATABASE_HOST, or take single keys with envs");
        }
    }
}
