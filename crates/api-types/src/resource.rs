//! Objects that an application has in the cluster.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// API group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Namespace; empty for cluster-scoped kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Component it was made for.
    pub component: String,
}

/// Objects that tasks have applied and not removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourceList {
    /// The objects.
    pub resources: Vec<Resource>,
}
