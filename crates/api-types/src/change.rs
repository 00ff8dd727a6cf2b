//! Differences between what is wanted and what the cluster has.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Differences between a document and the cluster.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// Name of the application.
    pub application: String,
    /// Namespace.
    pub namespace: String,
    /// Whether applying the document would write anything.
    pub different: bool,
    /// Objects in apply order, removed ones last; unchanged ones are in here too.
    pub changes: Vec<ObjectChange>,
    /// What the caller should know.
    pub notes: Vec<String>,
}

/// What happens to one object, and why.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectChange {
    /// Kind.
    pub kind: String,
    /// Namespace; empty for cluster-scoped kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Component it was made for.
    pub component: String,
    /// `create`, `update`, `replace`, `unchanged`, `delete` or `keep`.
    pub action: String,
    /// Fields that change; secret values masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Why its pods restart, when they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restarts: Option<String>,
    /// Why the deployment is refused because of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Cause>,
}

/// A field that differs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// Dotted path.
    pub path: String,
    /// What is there; `null` when nothing is. Secret values are masked.
    #[schema(value_type = Object)]
    pub old: Value,
    /// What is wanted; `null` when nothing is. Secret values are masked.
    #[schema(value_type = Object)]
    pub new: Value,
}

/// One cause and what to do about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// Stable CamelCase word, e.g. `ImageNotFound`.
    pub reason: String,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Pod it was seen on, empty when none.
    #[serde(default)]
    pub pod: String,
    /// Container it was seen on, empty when none.
    #[serde(default)]
    pub container: String,
}
