//! How an application is (interfaces, `status -o json`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How an application is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationStatus {
    /// Application id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Version the author gave.
    pub version: String,
    /// Current revision.
    pub revision: i64,
    /// Running, Pending, Failed, Unknown, Stopped or Completed (decision 35).
    pub phase: String,
    /// Newest task; `null` when there was none.
    pub task: Option<TaskBrief>,
    /// Components in the document's order.
    pub components: Vec<ComponentStatus>,
}

/// Identity and state of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskBrief {
    /// Task id.
    pub id: String,
    /// waiting, queued, running, completed, failed, timeout, cancelled, rejected or suspended.
    pub state: String,
    /// CamelCase reason, empty when none.
    #[serde(default)]
    pub reason: String,
    /// Cause and remedy, empty when none.
    #[serde(default)]
    pub message: String,
}

/// How a component is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComponentStatus {
    /// Name.
    pub name: String,
    /// Type, e.g. `webservice`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Running, Pending, Failed, Unknown, Stopped or Completed.
    pub status: String,
    /// Wanted replicas.
    pub replicas: i32,
    /// Ready replicas.
    pub ready_replicas: i32,
    /// CamelCase reason, empty when all is well.
    pub reason: String,
    /// One sentence of cause and remedy.
    pub message: String,
    /// Where it is reachable: `name.namespace.svc:port` in the cluster, addresses of routes from outside.
    pub endpoints: Vec<String>,
}
