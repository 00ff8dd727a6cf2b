//! Status of applications and components (decision 35).

use kubemin_api_types as api;
use kubemin_model::{Component, ComponentType};
use kubemin_ports::{ApplicationRow, ComponentRow, TaskRow};
use kubemin_workflow::readiness::{self, Status};

use super::endpoints::endpoints;
use super::words::type_word;

/// Phase of an application. What runs decides for one that was stopped: its configuration stays applied.
pub(crate) fn phase(row: &ApplicationRow, components: &[&ComponentRow]) -> Status {
    let quiet = |name: &str| {
        !row.stopped.is_empty()
            && row
                .document
                .components
                .iter()
                .any(|component| component.name == name && is_configuration(component))
    };
    let statuses: Vec<Status> = components
        .iter()
        .filter(|component| !quiet(&component.name))
        .map(|component| component.status)
        .collect();
    readiness::phase(&statuses)
}

fn is_configuration(component: &Component) -> bool {
    matches!(
        component.kind,
        ComponentType::Config | ComponentType::Secret
    )
}

/// The status answer.
pub(crate) fn status(
    row: &ApplicationRow,
    components: &[ComponentRow],
    task: Option<&TaskRow>,
) -> api::ApplicationStatus {
    let all: Vec<&ComponentRow> = components.iter().collect();
    api::ApplicationStatus {
        id: row.id.clone(),
        name: row.name.clone(),
        namespace: row.namespace.clone(),
        version: row
            .document
            .version
            .clone()
            .unwrap_or_else(|| "1.0.0".to_owned()),
        revision: row.revision,
        phase: phase(row, &all).as_str().to_owned(),
        task: task.map(brief),
        components: row
            .document
            .components
            .iter()
            .map(|component| one(row, component, components))
            .collect(),
    }
}

fn one(row: &ApplicationRow, component: &Component, rows: &[ComponentRow]) -> api::ComponentStatus {
    let found = rows
        .iter()
        .find(|other| other.name == component.name)
        .cloned()
        .unwrap_or_default();
    api::ComponentStatus {
        name: component.name.clone(),
        kind: type_word(component.kind).to_owned(),
        status: found.status.as_str().to_owned(),
        replicas: wanted(component, &found),
        ready_replicas: found.ready_replicas,
        reason: found.reason,
        message: found.message,
        endpoints: endpoints(&row.namespace, component),
    }
}

/// The document says how many pods are wanted, unless autoscaling does (decision 39).
pub(super) fn wanted(component: &Component, row: &ComponentRow) -> i32 {
    let scaled = component
        .traits
        .as_ref()
        .is_some_and(|traits| traits.scaling.is_some());
    match component.kind {
        ComponentType::Webservice | ComponentType::Statefulservice if !scaled => {
            component.replicas.unwrap_or(1)
        }
        _ => row.replicas,
    }
}

/// A task in few words.
pub(crate) fn brief(task: &TaskRow) -> api::TaskBrief {
    api::TaskBrief {
        id: task.id.clone(),
        state: task.state.as_str().to_owned(),
        reason: task.reason.clone(),
        message: task.message.clone(),
    }
}
