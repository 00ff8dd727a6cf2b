//! The tree of an application, from stored rows and the watch.

use kubemin_api_types as api;
use kubemin_objects::{ObjectKey, PodState};
use kubemin_ports::{ApplicationRow, Cluster, ComponentRow};

use super::status::phase;
use super::words::type_word;

/// Components, their objects, their pods.
pub(crate) fn tree(
    row: &ApplicationRow,
    rows: &[ComponentRow],
    cluster: &dyn Cluster,
) -> api::Tree {
    let all: Vec<&ComponentRow> = rows.iter().collect();
    let component = |declared: &kubemin_model::Component| {
        let found = rows
            .iter()
            .find(|other| other.name == declared.name)
            .cloned()
            .unwrap_or_default();
        let objects = row
            .inventory
            .iter()
            .filter(|(_, component)| *component == declared.name);
        api::TreeComponent {
            name: declared.name.clone(),
            kind: type_word(declared.kind).to_owned(),
            status: found.status.as_str().to_owned(),
            reason: found.reason,
            message: found.message,
            objects: objects
                .map(|(key, component)| object(row, key, component, cluster))
                .collect(),
        }
    };
    api::Tree {
        id: row.id.clone(),
        name: row.name.clone(),
        namespace: row.namespace.clone(),
        phase: phase(row, &all).as_str().to_owned(),
        components: row.document.components.iter().map(component).collect(),
    }
}

fn object(
    row: &ApplicationRow,
    key: &ObjectKey,
    component: &str,
    cluster: &dyn Cluster,
) -> api::TreeObject {
    let mut shown = api::TreeObject {
        kind: key.kind.name().to_owned(),
        name: key.name.clone(),
        ..api::TreeObject::default()
    };
    if key.kind.is_workload() {
        let state = cluster.workload(key);
        shown.ready = state.map_or_else(
            || "gone".to_owned(),
            |state| format!("{}/{}", state.ready, state.replicas),
        );
        shown.pods = cluster
            .pods(&row.namespace, &row.id, component)
            .iter()
            .map(pod)
            .collect();
    }
    shown
}

fn pod(pod: &PodState) -> api::TreePod {
    let containers = || pod.init_containers.iter().chain(&pod.containers);
    let waiting = containers()
        .find_map(|container| container.waiting.as_ref())
        .map(|(reason, _)| reason.clone());
    let unscheduled = pod.unscheduled.as_ref().map(|(reason, _)| reason.clone());
    api::TreePod {
        name: pod.name.clone(),
        status: unscheduled.or(waiting).unwrap_or_else(|| pod.phase.clone()),
        ready: pod.ready,
        node: pod.node.clone(),
        restarts: containers().map(|container| container.restarts).sum(),
    }
}
