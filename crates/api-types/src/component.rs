//! Components of an application.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A component: what was declared and how it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// Stable hash of application and component (label `kube-min-cli-componentId`).
    pub id: String,
    /// Application id.
    pub app_id: String,
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Type, e.g. `webservice`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Image; empty for configuration.
    pub image: String,
    /// Wanted replicas.
    pub replicas: i32,
    /// Ready replicas.
    pub ready_replicas: i32,
    /// Running, Pending, Failed, Unknown, Stopped or Completed.
    pub status: String,
    /// CamelCase reason, empty when all is well.
    pub reason: String,
    /// One sentence of cause and remedy.
    pub message: String,
    /// Declared properties; secret values masked.
    #[schema(value_type = Object)]
    pub properties: Value,
    /// Declared traits.
    #[schema(value_type = Object)]
    pub traits: Value,
    /// When the application was made.
    pub create_time: String,
    /// When the status last changed.
    pub update_time: String,
}

/// Components in the document's order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComponentList {
    /// The components.
    pub components: Vec<Component>,
}
