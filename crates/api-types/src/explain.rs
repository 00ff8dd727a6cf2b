//! Why an application is as it is: component, workload, pods, cause.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Cause, Event, FieldChange, TaskBrief};

/// The truth about an application or one of its components, read from the cluster.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Application id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Running, Pending, Failed, Unknown, Stopped or Completed.
    pub phase: String,
    /// Newest task with its cause.
    pub task: Option<TaskBrief>,
    /// Components in the document's order.
    pub components: Vec<ExplainedComponent>,
}

/// The truth about a component.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedComponent {
    /// Name.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Status.
    pub status: String,
    /// `Kind/name` of its workload, when it has one.
    pub workload: Option<String>,
    /// Why it is not ready; `null` when it is.
    pub cause: Option<Cause>,
    /// `Kind/name` of objects that are declared and not there.
    pub missing: Vec<String>,
    /// Fields changed by hand (decision 38).
    pub drift: Vec<Drift>,
    /// Its pods.
    pub pods: Vec<ExplainedPod>,
    /// Events of its objects, newest last.
    pub events: Vec<Event>,
    /// Last log lines of crashed containers.
    pub logs: Vec<crate::LogLine>,
}

/// Fields of an object that somebody changed by hand; the next apply mends them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// `Kind/name`.
    pub object: String,
    /// The fields; secret values masked.
    pub fields: Vec<FieldChange>,
}

/// A pod.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedPod {
    /// Name.
    pub name: String,
    /// Phase.
    pub phase: String,
    /// Whether it is ready.
    pub ready: bool,
    /// Node; empty when not scheduled.
    pub node: String,
    /// Containers, init containers first.
    pub containers: Vec<Container>,
}

/// A container of a pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Name.
    pub name: String,
    /// Image.
    pub image: String,
    /// Whether it runs before the others.
    pub init: bool,
    /// Whether it is ready.
    pub ready: bool,
    /// `running`, `waiting` or `terminated`.
    pub state: String,
    /// Reason of the state, e.g. `ImagePullBackOff`.
    pub reason: String,
    /// Message of the state.
    pub message: String,
    /// Restarts so far.
    pub restarts: i32,
}
