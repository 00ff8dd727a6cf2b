//! Trait `scheduling` (decision 25).

use serde_json::Value;

use super::identifiers::is_qualified_name;
use super::{Findings, MISSING, Place, metadata, naming};
use crate::traits::Scheduling;

pub(super) fn check(scheduling: &Scheduling, at: &Place, findings: &mut Findings) {
    metadata::selector(
        &scheduling.node_selector,
        &at.field("nodeSelector"),
        findings,
    );
    if scheduling
        .affinity
        .as_ref()
        .is_some_and(|affinity| !affinity.is_object())
    {
        findings.error(
            &at.field("affinity"),
            "wrong-type",
            "expected an object with nodeAffinity, podAffinity or podAntiAffinity",
        );
    }
    let tolerations = at.field("tolerations");
    for (index, toleration) in scheduling.tolerations.iter().enumerate() {
        self::toleration(toleration, &tolerations.index(index), findings);
    }
    let spread = at.field("spread");
    for (index, entry) in scheduling.spread.iter().enumerate() {
        let place = spread.index(index);
        let key = place.field("topologyKey");
        if entry.topology_key.is_empty() {
            findings
                .error(&key, MISSING, "the node label is empty")
                .hint("e.g. kubernetes.io/hostname");
        } else if !is_qualified_name(&entry.topology_key) {
            findings.error(
                &key,
                "invalid-key",
                format!("{:?} is no key of a label", entry.topology_key),
            );
        }
        if let Some(when) = &entry.when_unsatisfiable {
            naming::choice(
                when,
                &["ScheduleAnyway", "DoNotSchedule"],
                &place.field("whenUnsatisfiable"),
                findings,
            );
        }
    }
    naming::optional_reference(
        scheduling.priority_class.as_deref(),
        &at.field("priorityClass"),
        "PriorityClass",
        findings,
    );
}

fn toleration(toleration: &Value, at: &Place, findings: &mut Findings) {
    let Some(fields) = toleration.as_object() else {
        findings.error(
            at,
            "wrong-type",
            "expected an object with key, operator, value, effect",
        );
        return;
    };
    let text = |field: &str| fields.get(field).and_then(Value::as_str);
    let operator = text("operator").unwrap_or("Equal");
    naming::choice(
        operator,
        &["Equal", "Exists"],
        &at.field("operator"),
        findings,
    );
    if let Some(effect) = text("effect").filter(|effect| !effect.is_empty()) {
        naming::choice(
            effect,
            &["NoSchedule", "PreferNoSchedule", "NoExecute"],
            &at.field("effect"),
            findings,
        );
    }
    if text("key").unwrap_or_default().is_empty() && operator == "Equal" {
        findings.error(
            &at.field("key"),
            MISSING,
            "a toleration without key needs operator Exists",
        );
    }
}
