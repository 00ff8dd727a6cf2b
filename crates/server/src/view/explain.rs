//! The truth about a component, for `why`.

use kubemin_api_types as api;
use kubemin_engine::{ComponentTruth, WorkloadTruth};
use kubemin_objects::{ContainerState, PodState};
use kubemin_ports::{ApplicationRow, ComponentRow};
use kubemin_workflow::diagnosis::Evidence;
use kubemin_workflow::readiness::Status;

use super::change::{cause, fields};
use super::event::cluster_event;
use super::words::type_word;

/// Events shown of a component.
const EVENTS: usize = 10;

/// What is known about a component. The stored reason stands in where the cluster has no workload to look at.
pub(crate) fn explained(
    row: &ApplicationRow,
    stored: &[ComponentRow],
    truth: &ComponentTruth,
) -> api::ExplainedComponent {
    let declared = row
        .document
        .components
        .iter()
        .find(|component| component.name == truth.component);
    let stored = stored
        .iter()
        .find(|component| component.name == truth.component)
        .cloned()
        .unwrap_or_default();
    let workload = truth.workload.as_ref();
    let remembered = (!stored.reason.is_empty()).then(|| api::Cause {
        reason: stored.reason.clone(),
        message: stored.message.clone(),
        ..api::Cause::default()
    });
    api::ExplainedComponent {
        name: truth.component.clone(),
        kind: declared
            .map(|component| type_word(component.kind))
            .unwrap_or_default()
            .to_owned(),
        status: status(stored.status, workload).as_str().to_owned(),
        workload: workload.map(|workload| workload.key.to_string()),
        cause: match workload {
            Some(workload) => workload.cause.as_ref().map(cause),
            None => remembered,
        },
        missing: truth.missing.iter().map(ToString::to_string).collect(),
        drift: truth
            .drift
            .iter()
            .map(|(key, changed)| api::Drift {
                object: key.to_string(),
                fields: fields(key, changed),
            })
            .collect(),
        pods: workload
            .map(|workload| workload.pods.iter().map(pod).collect())
            .unwrap_or_default(),
        events: workload
            .map(|workload| events(&workload.evidence))
            .unwrap_or_default(),
        logs: workload
            .map(|workload| logs(&workload.evidence))
            .unwrap_or_default(),
    }
}

/// The same word as everywhere else: the stored one, which the watch keeps true.
fn status(stored: Status, workload: Option<&WorkloadTruth>) -> Status {
    match workload {
        Some(workload) if stored == Status::Unknown => workload.status,
        _ => stored,
    }
}

fn events(evidence: &Evidence) -> Vec<api::Event> {
    let skipped = evidence.events.len().saturating_sub(EVENTS);
    evidence.events[skipped..]
        .iter()
        .map(cluster_event)
        .collect()
}

fn logs(evidence: &Evidence) -> Vec<api::LogLine> {
    let lines = evidence
        .logs
        .iter()
        .flat_map(|tail| tail.lines.iter().map(move |line| (tail, line)));
    lines
        .map(|(tail, line)| api::LogLine {
            pod: tail.pod.clone(),
            container: tail.container.clone(),
            text: line.clone(),
        })
        .collect()
}

fn pod(pod: &PodState) -> api::ExplainedPod {
    let init = pod
        .init_containers
        .iter()
        .map(|state| container(state, true));
    let main = pod.containers.iter().map(|state| container(state, false));
    api::ExplainedPod {
        name: pod.name.clone(),
        phase: pod.phase.clone(),
        ready: pod.ready,
        node: pod.node.clone(),
        containers: init.chain(main).collect(),
    }
}

fn container(state: &ContainerState, init: bool) -> api::Container {
    let ended = state.terminated.as_ref();
    let (word, reason, message) = match (&state.waiting, ended) {
        (Some((reason, message)), _) => ("waiting", reason.clone(), message.clone()),
        (None, Some(ended)) => ("terminated", ended.reason.clone(), ended.message.clone()),
        (None, None) if state.running => ("running", String::new(), String::new()),
        (None, None) => ("waiting", String::new(), String::new()),
    };
    api::Container {
        name: state.name.clone(),
        image: state.image.clone(),
        init,
        ready: state.ready,
        state: word.to_owned(),
        reason,
        message,
        restarts: state.restarts,
    }
}
