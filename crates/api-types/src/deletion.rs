//! What deleting an application removes and keeps.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A deletion: planned, or under way when it has a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deletion {
    /// Application id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Whether claims go too.
    pub purge_data: bool,
    /// The task that deletes; absent in a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// Objects in the order of removal; only in a plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<DeletionItem>,
}

/// What happens to one object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletionItem {
    /// Kind.
    pub kind: String,
    /// Namespace; empty for cluster-scoped kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Component it was made for.
    pub component: String,
    /// `delete` or `keep`.
    pub action: String,
    /// Why.
    pub why: String,
}
