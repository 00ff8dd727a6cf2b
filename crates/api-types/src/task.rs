//! Tasks: one run of an application's workflow (interfaces, `task show -o json`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A task with its steps and jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Task id.
    pub id: String,
    /// Name of the application; its id when it is gone.
    pub application: String,
    /// Application id.
    pub app_id: String,
    /// Revision it deploys.
    pub revision: i64,
    /// `deploy`, `restart` or `delete`.
    pub action: String,
    /// waiting, queued, running, completed, failed, timeout, cancelled, rejected or suspended.
    pub state: String,
    /// CamelCase reason of the state, empty when none.
    pub reason: String,
    /// Cause and remedy, empty when none.
    pub message: String,
    /// Whether somebody has asked for its end.
    pub cancel_requested: bool,
    /// When it was stored.
    pub created_at: String,
    /// First start; `null` when not yet.
    pub started_at: Option<String>,
    /// End; `null` when not yet.
    pub finished_at: Option<String>,
    /// How often it was started.
    pub attempt: i32,
    /// Replica that runs it or ran it last, empty before the first.
    #[serde(default)]
    pub replica: String,
    /// Steps in order; empty until the plan is made.
    pub steps: Vec<TaskStep>,
}

/// A step of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskStep {
    /// Name of the step.
    pub name: String,
    /// `StepByStep` or `DAG`.
    pub mode: String,
    /// State of its jobs taken together.
    pub state: String,
    /// Jobs in the order in which they are preferred.
    pub jobs: Vec<TaskJob>,
}

/// A job: one object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskJob {
    /// Job id.
    pub id: String,
    /// Component.
    pub component: String,
    /// Kind of the object.
    pub kind: String,
    /// Name of the object.
    pub name: String,
    /// Priority, lower runs earlier.
    pub priority: u8,
    /// `apply` or `delete`.
    pub action: String,
    /// waiting, queued, running, completed, failed, timeout or cancelled.
    pub state: String,
    /// CamelCase reason: cause of a failure, or what a running job waits for.
    pub reason: String,
    /// Cause and remedy.
    pub message: String,
    /// Whether it wrote to the cluster.
    pub changed: bool,
    /// When it was planned.
    pub queued_at: Option<String>,
    /// Start.
    pub started_at: Option<String>,
    /// End.
    pub finished_at: Option<String>,
    /// How often it was started.
    pub attempt: i32,
}

/// A task in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskSummary {
    /// Task id.
    pub id: String,
    /// Name of the application.
    pub application: String,
    /// Application id.
    pub app_id: String,
    /// Revision it deploys.
    pub revision: i64,
    /// `deploy`, `restart` or `delete`.
    pub action: String,
    /// State.
    pub state: String,
    /// CamelCase reason, empty when none.
    pub reason: String,
    /// Cause and remedy, empty when none.
    pub message: String,
    /// When it was stored.
    pub created_at: String,
    /// First start; `null` when not yet.
    pub started_at: Option<String>,
    /// End; `null` when not yet.
    pub finished_at: Option<String>,
    /// How often it was started.
    pub attempt: i32,
}

/// Tasks of an application, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskList {
    /// The tasks.
    pub tasks: Vec<TaskSummary>,
}
