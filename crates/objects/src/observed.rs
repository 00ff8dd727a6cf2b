//! Slim views of what a cluster reports: just what status, readiness and diagnosis need (no full typed objects in caches).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ObjectKey;

/// An object as the cluster has it: metadata for ownership and change detection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// Identity.
    pub key: ObjectKey,
    /// Unique id of this incarnation.
    pub uid: String,
    /// Version of the object.
    pub resource_version: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations (without `kubectl.kubernetes.io/last-applied-configuration`).
    pub annotations: BTreeMap<String, String>,
    /// Whether somebody asked for its deletion.
    pub deleting: bool,
}

/// State of a Deployment, StatefulSet or Job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkloadState {
    /// Unique id of this incarnation.
    pub uid: String,
    /// Version of the object this state was read from.
    pub resource_version: String,
    /// Application id label.
    pub app_id: String,
    /// Component name label.
    pub component: String,
    /// `metadata.generation`.
    pub generation: i64,
    /// `status.observedGeneration`.
    pub observed_generation: i64,
    /// Wanted pods (`spec.replicas`, `spec.completions` for a Job).
    pub replicas: i32,
    /// `status.replicas`.
    pub current: i32,
    /// Ready pods (`status.succeeded` for a Job).
    pub ready: i32,
    /// Pods of the newest revision.
    pub updated: i32,
    /// Available pods.
    pub available: i32,
    /// Failed pods of a Job.
    pub failed: i32,
    /// StatefulSet: `status.currentRevision` equals `status.updateRevision`.
    pub revision_settled: bool,
    /// StatefulSet: revision new pods get; Deployment: empty.
    pub update_revision: String,
    /// StatefulSet: `spec.updateStrategy.rollingUpdate.partition`.
    pub partition: i32,
    /// `True`/`False` conditions with reason and message, e.g. `ReplicaFailure`, `Complete`, `Failed`, `Progressing`.
    pub conditions: Vec<Condition>,
}

/// A condition of an object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Condition type.
    pub kind: String,
    /// Whether its status is `True`.
    pub is_true: bool,
    /// CamelCase reason.
    pub reason: String,
    /// Message for people.
    pub message: String,
}

/// State of a pod.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PodState {
    /// Pod name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Unique id.
    pub uid: String,
    /// Application id label.
    pub app_id: String,
    /// Component name label.
    pub component: String,
    /// `pod-template-hash` or `controller-revision-hash`: which revision it belongs to.
    pub revision: String,
    /// Name of the ReplicaSet, StatefulSet or Job that made it.
    pub owner: String,
    /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`.
    pub phase: String,
    /// Node it is bound to, empty when not scheduled.
    pub node: String,
    /// Whether the `Ready` condition is true.
    pub ready: bool,
    /// Whether somebody asked for its deletion.
    pub deleting: bool,
    /// `status.reason` and `status.message` (evicted, node lost …).
    pub reason: String,
    /// See `reason`.
    pub message: String,
    /// Why it is not scheduled: reason and message of `PodScheduled=False`.
    pub unscheduled: Option<(String, String)>,
    /// Creation time, milliseconds since the epoch.
    pub created_ms: i64,
    /// Init containers in order.
    pub init_containers: Vec<ContainerState>,
    /// Containers in order.
    pub containers: Vec<ContainerState>,
}

/// State of a container.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ContainerState {
    /// Container name.
    pub name: String,
    /// Image.
    pub image: String,
    /// Passed its readiness probe.
    pub ready: bool,
    /// Passed its startup probe.
    pub started: bool,
    /// Restarts so far.
    pub restarts: i32,
    /// Reason and message while waiting, e.g. `ImagePullBackOff`.
    pub waiting: Option<(String, String)>,
    /// Whether it runs now.
    pub running: bool,
    /// Current termination: exit code, reason (`OOMKilled`, `Error`, `Completed`), message.
    pub terminated: Option<Termination>,
    /// Previous termination.
    pub last_terminated: Option<Termination>,
}

/// How a container ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Termination {
    /// Exit code.
    pub exit_code: i32,
    /// Reason.
    pub reason: String,
    /// Message.
    pub message: String,
}
