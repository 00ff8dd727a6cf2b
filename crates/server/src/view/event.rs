//! Events, ours and those of Kubernetes.

use kubemin_api_types as api;
use kubemin_ports::EventRow;
use kubemin_workflow::diagnosis::EventFact;

use crate::time;

/// An event of ours.
pub(crate) fn stored_event(row: &EventRow) -> api::Event {
    api::Event {
        id: row.id,
        time: time::text(row.at_ms),
        kind: kind(row.warning),
        reason: row.reason.clone(),
        message: row.message.clone(),
        component: row.component.clone(),
        object: String::new(),
        task_id: row.task_id.clone(),
        source: "kubemin".to_owned(),
        count: 1,
    }
}

/// An event of Kubernetes.
pub(crate) fn cluster_event(fact: &EventFact) -> api::Event {
    api::Event {
        id: 0,
        time: time::text(fact.last_ms),
        kind: kind(fact.warning),
        reason: fact.reason.clone(),
        message: fact.message.clone(),
        component: String::new(),
        object: format!("{}/{}", fact.kind, fact.name),
        task_id: String::new(),
        source: "kubernetes".to_owned(),
        count: fact.count,
    }
}

fn kind(warning: bool) -> String {
    if warning { "Warning" } else { "Normal" }.to_owned()
}
