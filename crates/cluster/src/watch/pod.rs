//! Pods as the API server sends them, cut down while they are decoded.

use jiff::Timestamp;
use kubemin_objects::observed::Termination;
use kubemin_objects::{ContainerState, Kind, PodState, labels};
use serde::Deserialize;

use super::index::Tracked;
use super::stream::Watched;
use super::workload::RawCondition;
use crate::read::Metadata;

/// Labels that name the revision a pod belongs to (Kubernetes docs, Well-Known Labels).
const REVISIONS: [&str; 2] = ["pod-template-hash", "controller-revision-hash"];

/// The fields of a pod that are looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawPod {
    metadata: Metadata,
    spec: Spec,
    status: Status,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    node_name: String,
    init_containers: Option<Vec<Container>>,
    containers: Option<Vec<Container>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Container {
    name: String,
    image: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    phase: String,
    reason: String,
    message: String,
    conditions: Option<Vec<RawCondition>>,
    init_container_statuses: Option<Vec<ContainerStatus>>,
    container_statuses: Option<Vec<ContainerStatus>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ContainerStatus {
    name: String,
    ready: bool,
    started: Option<bool>,
    restart_count: i32,
    state: RunState,
    last_state: RunState,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RunState {
    waiting: Option<Why>,
    running: Option<serde::de::IgnoredAny>,
    terminated: Option<Ended>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Why {
    reason: String,
    message: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Ended {
    exit_code: i32,
    reason: String,
    message: String,
}

/// Namespace and name.
pub(crate) type PodKey = (String, String);

impl Watched for RawPod {
    type Key = PodKey;
    type State = PodState;

    fn version(&self) -> &str {
        &self.metadata.resource_version
    }

    fn split(self, _: Option<Kind>) -> (PodKey, PodState) {
        let state = self.state();
        ((state.namespace.clone(), state.name.clone()), state)
    }
}

impl RawPod {
    /// The slim state.
    pub(crate) fn state(self) -> PodState {
        let Self {
            mut metadata,
            spec,
            status,
        } = self;
        let owner = metadata
            .controller()
            .map(|owner| owner.name.clone())
            .unwrap_or_default();
        let mut labels = metadata.labels.take().unwrap_or_default();
        let mut label = |name: &str| labels.remove(name);
        let conditions = status.conditions.unwrap_or_default();
        PodState {
            app_id: label(labels::APP_ID).unwrap_or_default(),
            component: label(labels::COMPONENT_NAME).unwrap_or_default(),
            revision: REVISIONS
                .iter()
                .find_map(|name| label(name))
                .unwrap_or_default(),
            name: metadata.name,
            namespace: metadata.namespace.unwrap_or_default(),
            uid: metadata.uid,
            owner,
            phase: status.phase,
            node: spec.node_name,
            ready: conditions
                .iter()
                .any(|condition| condition.kind == "Ready" && condition.is_true()),
            deleting: metadata.deletion_timestamp.is_some(),
            reason: status.reason,
            message: status.message,
            unscheduled: unscheduled(conditions),
            created_ms: millis(&metadata.creation_timestamp),
            init_containers: containers(spec.init_containers, status.init_container_statuses),
            containers: containers(spec.containers, status.container_statuses),
        }
    }
}

/// RFC 3339 as milliseconds since the epoch; 0 for what is no time.
pub(crate) fn millis(text: &str) -> i64 {
    text.parse::<Timestamp>()
        .map_or(0, Timestamp::as_millisecond)
}

fn unscheduled(conditions: Vec<RawCondition>) -> Option<(String, String)> {
    let scheduled = conditions
        .into_iter()
        .find(|condition| condition.kind == "PodScheduled")?;
    (!scheduled.is_true()).then_some((scheduled.reason, scheduled.message))
}

/// Every container of the specification, in its order, with its status when there is one.
fn containers(
    spec: Option<Vec<Container>>,
    statuses: Option<Vec<ContainerStatus>>,
) -> Vec<ContainerState> {
    let mut statuses = statuses.unwrap_or_default();
    let state = |container: Container| {
        let place = statuses
            .iter()
            .position(|status| status.name == container.name);
        let status = place
            .map(|place| statuses.swap_remove(place))
            .unwrap_or_default();
        ContainerState {
            name: container.name,
            image: container.image,
            ready: status.ready,
            started: status.started.unwrap_or(false),
            restarts: status.restart_count,
            waiting: status.state.waiting.map(|why| (why.reason, why.message)),
            running: status.state.running.is_some(),
            terminated: status.state.terminated.map(termination),
            last_terminated: status.last_state.terminated.map(termination),
        }
    };
    spec.unwrap_or_default().into_iter().map(state).collect()
}

fn termination(ended: Ended) -> Termination {
    Termination {
        exit_code: ended.exit_code,
        reason: ended.reason,
        message: ended.message,
    }
}

impl Tracked for PodState {
    fn owner(&self) -> (&str, &str) {
        (&self.app_id, &self.component)
    }

    fn tells_the_same(&self, other: &Self) -> bool {
        self == other
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn state(body: Value) -> PodState {
        serde_json::from_value::<RawPod>(body).unwrap().state()
    }

    #[test]
    fn containers_keep_the_order_of_the_specification() {
        let pod = state(json!({
            "spec": {"containers": [{"name": "b", "image": "img:b"}, {"name": "a", "image": "img:a"}]},
            "status": {"containerStatuses": [
                {"name": "a", "ready": true, "started": true, "restartCount": 0, "image": "sha256:0", "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}, "lastState": {}},
                {"name": "b", "ready": false, "restartCount": 3,
                 "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
                 "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]}}));
        let [b, a] = &pod.containers[..] else {
            panic!("two containers")
        };
        assert_eq!(
            (b.name.as_str(), b.image.as_str(), b.restarts),
            ("b", "img:b", 3)
        );
        assert_eq!(
            b.waiting,
            Some(("CrashLoopBackOff".into(), "back-off".into()))
        );
        assert_eq!(
            b.last_terminated.as_ref().map(|ended| ended.exit_code),
            Some(137)
        );
        assert!(a.running && a.ready && a.started && a.image == "img:a");
    }

    #[test]
    fn a_pod_without_node_says_why() {
        let pod = state(json!({
            "metadata": {"name": "p", "namespace": "ns", "creationTimestamp": "1970-01-01T00:00:01Z",
                "labels": {"controller-revision-hash": "db-5"},
                "ownerReferences": [{"name": "x", "uid": "1"}, {"name": "db", "uid": "2", "controller": true}]},
            "spec": {"containers": [{"name": "db", "image": "i"}]},
            "status": {"phase": "Pending", "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes"}]}}));
        assert_eq!(
            pod.unscheduled,
            Some(("Unschedulable".into(), "0/3 nodes".into()))
        );
        assert_eq!(
            (pod.owner.as_str(), pod.revision.as_str(), pod.created_ms),
            ("db", "db-5", 1000)
        );
        assert_eq!(
            pod.containers[0],
            ContainerState {
                name: "db".into(),
                image: "i".into(),
                ..ContainerState::default()
            }
        );
    }
}
