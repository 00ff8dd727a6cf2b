//! Rows about tasks and jobs (tables `min_workflow_queue`, `min_job`).

use kubemin_objects::Kind;
use kubemin_workflow::plan::JobAction;
use kubemin_workflow::{JobState, Plan, TaskState};
use serde::{Deserialize, Serialize};

/// A task: one run of one revision's workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRow {
    /// Task id.
    pub id: String,
    /// Application id.
    pub app_id: String,
    /// Revision it deploys.
    pub revision: i64,
    /// State; terminal ones never change again.
    pub state: TaskState,
    /// CamelCase reason of the state, empty when none.
    pub reason: String,
    /// Cause and remedy for people, empty when none.
    pub message: String,
    /// A person asked for its end.
    pub cancel_requested: bool,
    /// Options it was asked for with.
    pub options: TaskOptions,
    /// The plan, once made; fixed from then on.
    pub plan: Option<Plan>,
    /// Jobs in plan order.
    pub jobs: Vec<JobRow>,
    /// Executing process; empty when none.
    pub owner: String,
    /// Fencing number: grows with each claim. Writes with an older one are refused.
    pub fence: i64,
    /// How often it was started, from 1.
    pub attempt: i32,
    /// Times, milliseconds since the epoch; 0 when not yet.
    pub created_ms: i64,
    /// First start.
    pub started_ms: i64,
    /// End.
    pub finished_ms: i64,
}

/// What a task may do beyond a plain deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TaskOptions {
    /// Take over existing objects by name (`--adopt`, decision 42).
    pub adopt: bool,
    /// Refuse to re-attach kept claims (`--fresh`, decision 41).
    pub fresh: bool,
    /// Restart every workload, or these components (`restart`): RFC 3339 stamp put on their pod templates.
    pub restart: Option<RestartRequest>,
    /// Delete the application instead of deploying it.
    pub delete: Option<DeleteRequest>,
}

/// Restart of components.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RestartRequest {
    /// Stamp, RFC 3339.
    pub at: String,
    /// Components; all when empty.
    pub components: Vec<String>,
}

/// Removal of an application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DeleteRequest {
    /// Claims too.
    pub purge_data: bool,
}

/// One job of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobRow {
    /// Place in the plan, from 0.
    pub index: usize,
    /// Step, index in the plan.
    pub step: usize,
    /// Component.
    pub component: String,
    /// Kind of the object.
    pub kind: Kind,
    /// Name of the object.
    pub name: String,
    /// Priority.
    pub priority: u8,
    /// Apply or delete.
    pub action: JobAction,
    /// State.
    pub state: JobState,
    /// CamelCase reason: cause of a failure, or what a running job waits for.
    pub reason: String,
    /// For people.
    pub message: String,
    /// Whether the object was changed by this job.
    pub changed: bool,
    /// Times, milliseconds since the epoch; 0 when not yet.
    pub queued_ms: i64,
    /// Start.
    pub started_ms: i64,
    /// End.
    pub finished_ms: i64,
    /// How often it was started.
    pub attempt: i32,
}

/// What changes in one write of a running task. Absent parts stay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TaskPatch {
    /// New state.
    pub state: Option<TaskState>,
    /// Reason and message that go with it.
    pub cause: Option<(String, String)>,
    /// The plan, when it was just made.
    pub plan: Option<Plan>,
    /// Jobs that changed (or all, when the plan was just made).
    pub jobs: Vec<JobRow>,
    /// Start time, when the task just started.
    pub started_ms: Option<i64>,
    /// End time, with a terminal state.
    pub finished_ms: Option<i64>,
    /// New inventory of the application, in the same transaction.
    pub inventory: Option<Vec<(kubemin_objects::ObjectKey, String)>>,
    /// Components whose status changes in the same transaction.
    pub components: Vec<crate::ComponentRow>,
}
