//! Trait `update` (decision 25).

use super::{Findings, Place, naming, share};
use crate::traits::Update;

pub(super) fn check(update: &Update, stateful: bool, at: &Place, findings: &mut Findings) {
    let strategy = update.strategy.as_deref().unwrap_or("rolling");
    let known: &[&str] = if stateful {
        &["rolling", "onDelete"]
    } else {
        &["rolling", "recreate"]
    };
    naming::choice(strategy, known, &at.field("strategy"), findings);
    let surge = update
        .max_surge
        .as_ref()
        .and_then(|value| share::check(value, &at.field("maxSurge"), findings));
    let away = update
        .max_unavailable
        .as_ref()
        .and_then(|value| share::check(value, &at.field("maxUnavailable"), findings));
    if surge == Some(true) && away == Some(true) {
        let message = "maxSurge and maxUnavailable are both 0; no pod could ever be replaced";
        findings.error(&at.field("maxUnavailable"), "conflict", message);
    }
    if stateful && update.max_surge.is_some() {
        findings.error(
            &at.field("maxSurge"),
            "wrong-component",
            "a StatefulSet replaces pods one by one; it has no maxSurge",
        );
    }
    if !stateful && update.partition.is_some() {
        findings.error(
            &at.field("partition"),
            "wrong-component",
            "partition is for statefulservice",
        );
    }
    if strategy != "rolling" {
        let rolling = [
            ("maxSurge", update.max_surge.is_some()),
            ("maxUnavailable", update.max_unavailable.is_some()),
            ("partition", update.partition.is_some()),
        ];
        for (field, _) in rolling.into_iter().filter(|(_, given)| *given) {
            findings.error(
                &at.field(field),
                "conflict",
                format!("{field} is for strategy rolling, not for {strategy}"),
            );
        }
    }
}
