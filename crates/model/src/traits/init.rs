//! Trait `init` (seed 000, Init 初始化容器).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Properties, Traits};

/// A container that runs to its end before the next one and the main container start.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Init {
    /// Name of the container, `<component>-init-<n>` when absent or empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The image, here or in `properties`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What it runs: `image`, `command`, `args`, `env`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Properties>,
    /// Traits of this container; never `init` or `sidecar`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traits: Option<Box<Traits>>,
}
