//! Broken pods of the version before that keep a StatefulSet from updating
//! (<https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback>).

use kubemin_objects::{Kind, PodState, WorkloadState};

use super::{Evidence, Finding, Question, container, is_observed};

/// Pods that have to be deleted: the controller waits for ever until they are ready, and would delete them anyway
/// then. Pods that a partition keeps at the version before are left alone.
pub fn obstacles<'a>(
    question: &Question<'_>,
    state: &WorkloadState,
    pods: &'a [PodState],
    evidence: &Evidence,
) -> Vec<&'a PodState> {
    let updates =
        question.kind == Kind::StatefulSet && state.partition == 0 && is_observed(question, state);
    let is_old = |pod: &&PodState| pod.revision != state.update_revision && !pod.deleting;
    let is_broken = |pod: &&PodState| {
        pod.unscheduled.is_some()
            || container::findings(question.kind, pod, evidence)
                .iter()
                .any(|finding| !matches!(finding, Finding::Patience(_)))
    };
    pods.iter()
        .filter(|_| updates)
        .filter(is_old)
        .filter(is_broken)
        .collect()
}

/// States of a container that the kubelet leaves only after a pause, which grows to minutes.
const PAUSES: [&str; 7] = [
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "RunContainerError",
];

/// Pods that failed before and wait for the kubelet's next try: deleting them tries at once.
pub fn stuck(pods: &[PodState]) -> impl Iterator<Item = &PodState> {
    pods.iter().filter(|pod| {
        let containers = pod.init_containers.iter().chain(&pod.containers);
        let mut reasons = containers.filter_map(|container| container.waiting.as_ref());
        !pod.deleting && reasons.any(|(reason, _)| PAUSES.contains(&reason.as_str()))
    })
}
