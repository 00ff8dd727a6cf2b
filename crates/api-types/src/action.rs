//! Requests that change an application, and their answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::FieldProblem;

/// A document was stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stored {
    /// Application id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Revision that is wanted now.
    pub revision: i64,
    /// Its workflow; an application has one.
    pub workflow_id: String,
    /// Whether the document was new or different.
    pub changed: bool,
    /// The task that deploys it; absent with `execute=false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// Warnings about the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<FieldProblem>,
}

/// A task was stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    /// Application id.
    pub id: String,
    /// Revision the task deploys.
    pub revision: i64,
    /// The task.
    pub task_id: String,
}

/// How many pods.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScaleRequest {
    /// Component; may be left out when only one can be scaled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Pods, 0 or more.
    pub replicas: i32,
}

/// Which component is meant by `restart`, `stop` and `start`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ComponentRequest {
    /// Component; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
}

/// Where to go back to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RollbackRequest {
    /// Revision; the newest earlier one that was deployed completely when absent.
    #[serde(default, alias = "revision", skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
}
