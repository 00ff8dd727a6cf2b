//! Trait `resources` (seed 000, Resources 资源限制; decisions 21, 44).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Quantity;

/// Amounts that are set as requests and as limits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resources {
    /// CPU, e.g. `100m`, `0.5`, `2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Quantity>,
    /// Memory, e.g. `128Mi`, `1Gi`, `500K`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Quantity>,
    /// Number of GPUs (`1`) or a share of GPU memory (`8Gi`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu: Option<Quantity>,
}
