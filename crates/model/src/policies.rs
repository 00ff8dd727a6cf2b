//! Policies of a component (app-plane §2, decisions 25, 30, 36, 43).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Pull, restart, retry and time-out rules.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policies {
    /// `Always`, `IfNotPresent` (default) or `Never`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_pull_policy: Option<String>,
    /// Names of Secrets with registry credentials.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub image_pull_secrets: Vec<String>,
    /// `Never` or `OnFailure`; `job` and `cronjob` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<String>,
    /// Retries of a `job` before it is failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub backoff_limit: Option<i32>,
    /// Longest run of a `job`, e.g. `10m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_deadline: Option<String>,
    /// How long a finished `job` is kept, e.g. `1h`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_after_finished: Option<String>,
    /// Longest time a deployment of this component may take, e.g. `90s` (decision 29).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
    /// `wait` (default) or `fail` when no node has room now (decision 30).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when_unschedulable: Option<String>,
    /// `false` does not restart users of a changed `config` or `secret` (decision 36).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_on_config_change: Option<bool>,
}
