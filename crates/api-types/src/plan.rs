//! What a deployment would do (decision 3).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldProblem, ObjectChange};

/// Jobs by step, and the changes they make.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Name of the application.
    pub application: String,
    /// Namespace.
    pub namespace: String,
    /// Whether the workflow was derived from the component types.
    pub derived: bool,
    /// Steps in order.
    pub steps: Vec<PlanStep>,
    /// Objects in apply order, removed ones last.
    pub changes: Vec<ObjectChange>,
    /// What the caller should know: data that is re-attached, pods that restart.
    pub notes: Vec<String>,
    /// Warnings about the document.
    pub warnings: Vec<FieldProblem>,
}

/// A step of a plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanStep {
    /// Name of the step.
    pub name: String,
    /// `StepByStep` or `DAG`.
    pub mode: String,
    /// Jobs in order.
    pub jobs: Vec<PlanJob>,
}

/// A job of a plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanJob {
    /// Component.
    pub component: String,
    /// Kubernetes kind.
    pub kind: String,
    /// Name of the object.
    pub name: String,
    /// Priority, lower runs earlier.
    pub priority: u8,
    /// `apply` or `delete`.
    pub action: String,
    /// Longest time it may take, in seconds (decision 29).
    pub timeout_seconds: u64,
    /// What must have happened before it starts.
    pub waits_for: Vec<String>,
}
