//! Events that a task leaves behind (table `min_events`).

use kubemin_ports::EventRow;
use kubemin_workflow::diagnosis::{Cause, Evidence};

use crate::record::{Record, sentence};

/// What happened to a component, or to the whole application when `component` is empty.
pub(crate) fn event(record: &Record, component: &str, cause: &Cause) -> EventRow {
    EventRow {
        app_id: record.row.app_id.clone(),
        task_id: record.row.id.clone(),
        component: component.to_owned(),
        warning: true,
        reason: cause.reason.clone(),
        message: sentence(cause),
        at_ms: record.row.finished_ms,
        ..EventRow::default()
    }
}

/// What the cluster warned of while a component did not become ready.
pub(crate) fn cluster_events(
    record: &Record,
    component: &str,
    evidence: &Evidence,
) -> Vec<EventRow> {
    evidence
        .events
        .iter()
        .filter(|event| event.warning)
        .map(|event| EventRow {
            app_id: record.row.app_id.clone(),
            task_id: record.row.id.clone(),
            component: component.to_owned(),
            warning: true,
            reason: event.reason.clone(),
            message: format!("{}/{}: {}", event.kind, event.name, event.message),
            at_ms: event.last_ms,
            ..EventRow::default()
        })
        .collect()
}
