//! An application as a tree: components, objects, pods.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The tree of an application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tree {
    /// Application id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Phase.
    pub phase: String,
    /// Components in the document's order.
    pub components: Vec<TreeComponent>,
}

/// A component with what it became.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TreeComponent {
    /// Name.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Status.
    pub status: String,
    /// CamelCase reason, empty when all is well.
    pub reason: String,
    /// Cause and remedy.
    pub message: String,
    /// Its objects.
    pub objects: Vec<TreeObject>,
}

/// An object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TreeObject {
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Ready of wanted pods, `2/3`; empty for objects without pods.
    pub ready: String,
    /// Pods of a workload.
    pub pods: Vec<TreePod>,
}

/// A pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TreePod {
    /// Name.
    pub name: String,
    /// Phase, or what a container waits for.
    pub status: String,
    /// Whether it is ready.
    pub ready: bool,
    /// Node; empty when not scheduled.
    pub node: String,
    /// Restarts of all containers.
    pub restarts: i32,
}
