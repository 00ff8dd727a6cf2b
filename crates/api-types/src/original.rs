//! Bodies of routes that clients of the earlier API call. Requests are accepted in its snake_case too.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Run the workflow again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExecRequest {
    /// Workflow; the application's own when absent.
    #[serde(
        default,
        alias = "workflow_id",
        skip_serializing_if = "Option::is_none"
    )]
    pub workflow_id: Option<String>,
}

/// A task was stored, or the active one of the same revision found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Executed {
    /// The task.
    pub task_id: String,
}

/// End a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelRequest {
    /// Task; the application's newest when absent.
    #[serde(default, alias = "task_id", skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What became of the request to end a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cancelled {
    /// The task.
    pub task_id: String,
    /// `cancelled`, or the state the task is still in while it stops.
    pub status: String,
}

/// Try a failed task again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetryRequest {
    /// Task; the application's newest when absent.
    #[serde(default, alias = "task_id", skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
}

/// State of a task by component.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskStatus {
    /// The task.
    pub task_id: String,
    /// Its state.
    pub status: String,
    /// Workflow.
    pub workflow_id: String,
    /// Name of the workflow.
    pub workflow_name: String,
    /// Application.
    pub app_id: String,
    /// `deploy`, `restart` or `delete`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Components in plan order.
    pub components: Vec<TaskComponent>,
}

/// State of a component's jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskComponent {
    /// Component.
    pub name: String,
    /// Kind of its main object.
    #[serde(rename = "type")]
    pub kind: String,
    /// State of its jobs taken together.
    pub status: String,
    /// Cause of a failure, empty when none.
    pub error: String,
    /// First start, seconds since the epoch; 0 when not yet.
    pub start_time: i64,
    /// Last end, seconds since the epoch; 0 when not yet.
    pub end_time: i64,
}

/// The workflow of an application.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Workflow {
    /// Workflow id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// State of its newest task; empty when there was none.
    pub status: String,
    /// Whether the steps were derived from the component types.
    pub derived: bool,
    /// Steps.
    #[schema(value_type = Vec<Object>)]
    pub steps: Vec<Value>,
    /// When the application was made.
    pub create_time: String,
    /// When its document last changed.
    pub update_time: String,
}

/// Workflows of an application; it has one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowList {
    /// The workflows.
    pub workflows: Vec<Workflow>,
}

/// A workflow was stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdatedWorkflow {
    /// Workflow id.
    pub workflow_id: String,
    /// Revision that is wanted now.
    pub revision: i64,
}

/// A new version was stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionUpdated {
    /// Application.
    pub app_id: String,
    /// Version that is wanted now.
    pub version: String,
    /// Version before.
    pub previous_version: String,
    /// `rolling` or `recreate`.
    pub strategy: String,
    /// The task that deploys it; empty when none was asked for.
    pub task_id: String,
    /// Components that changed.
    pub updated_components: Vec<String>,
    /// Components that are new.
    pub added_components: Vec<String>,
    /// Components that go.
    pub removed_components: Vec<String>,
}

/// Objects of an application were deleted; its document is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourcesDeleted {
    /// Application.
    pub app_id: String,
    /// `Kind/name` of what was deleted.
    pub deleted_resources: Vec<String>,
    /// `Kind/name: why` of what could not be deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_resources: Vec<String>,
}
