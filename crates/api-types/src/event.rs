//! What happened.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that happened to an application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Grows with every event of ours; 0 for events of Kubernetes.
    pub id: i64,
    /// When; for a repeated event the last time.
    pub time: String,
    /// `Normal` or `Warning`.
    #[serde(rename = "type")]
    pub kind: String,
    /// CamelCase reason.
    pub reason: String,
    /// What happened.
    pub message: String,
    /// Component, empty when none.
    pub component: String,
    /// `Kind/name` of the object it is about, empty when none.
    pub object: String,
    /// Task, empty when none.
    pub task_id: String,
    /// `kubemin` or `kubernetes`.
    pub source: String,
    /// How often it was seen.
    pub count: i32,
}

/// Events, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventList {
    /// The events.
    pub events: Vec<Event>,
    /// `cursor` for events after these.
    pub next_cursor: Option<String>,
    /// What is missing, e.g. events of a cluster that does not answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}
