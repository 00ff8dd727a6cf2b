//! Traits `envs` and `envFrom` (seed 000, Envs 简化环境变量, EnvFrom 环境变量批量导入).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One environment variable.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Env {
    /// Name of the variable.
    pub name: String,
    /// Exactly one source.
    pub value_from: ValueFrom,
}

/// Source of a variable: exactly one field is set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ValueFrom {
    /// A fixed value.
    #[serde(rename = "static")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
    /// A key of a Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<KeyReference>,
    /// A key of a ConfigMap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<KeyReference>,
    /// A field of the pod, e.g. `metadata.name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// A key of a ConfigMap or Secret.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyReference {
    /// Name of the object.
    pub name: String,
    /// Key inside it.
    pub key: String,
}

/// All entries of a ConfigMap or Secret as variables.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvFrom {
    /// `configMap` (also `config`) or `secret`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name of the object.
    pub source_name: String,
}
