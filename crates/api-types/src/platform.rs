//! The server itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The process answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Always `healthy`.
    pub status: String,
}

/// Whether the server can do its work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// `ready`; `degraded` when requests are served although something is missing; `not ready`.
    pub status: String,
    /// What this replica does: `alone`, `leader`, `worker` or `standby`; empty while it starts.
    #[serde(default)]
    pub role: String,
    /// What it needs.
    pub checks: Vec<Dependency>,
}

/// Something the server needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dependency {
    /// `database`, `cluster`, `queue` or `lease`.
    pub name: String,
    /// Whether it answers.
    pub ready: bool,
    /// What is wrong, empty when nothing is.
    pub message: String,
}

/// Versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Version of the server.
    pub version: String,
    /// Version of the API, `v1`.
    pub api: String,
    /// Version of the cluster; absent when it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<String>,
}
