//! Trait `rbac` (seed 000, RBAC 权限控制; decisions 13, 18, 23, 45).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An account with a role and its binding. The first entry's account is the pod's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rbac {
    /// ServiceAccount, `<component>-sa` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<String>,
    /// Namespace of the objects; the component's when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `true`: ClusterRole and ClusterRoleBinding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_scope: Option<bool>,
    /// Role or ClusterRole, `<account>-role` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_name: Option<String>,
    /// Binding, `<account>-binding` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binding_name: Option<String>,
    /// Labels of the account.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-spellings" = ["service_accountLabels"]))]
    pub service_account_labels: BTreeMap<String, String>,
    /// Annotations of the account.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-spellings" = ["service_accountAnnotations"]))]
    pub service_account_annotations: BTreeMap<String, String>,
    /// Labels of the role.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub role_labels: BTreeMap<String, String>,
    /// Labels of the binding.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub binding_labels: BTreeMap<String, String>,
    /// Whether pods of the account get its token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automount_service_account_token: Option<bool>,
    /// At least one rule.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// What may be done to what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// API groups; `""` (core) when absent (decision 23).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub api_groups: Vec<String>,
    /// Resource types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Only objects of these names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resource_names: Vec<String>,
    /// Paths that are no resources; only with `clusterScope`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(rename = "nonResourceURLs")]
    #[schemars(extend("x-spellings" = ["non_resource_urls", "nonResourceUrls", "non_resource_URLs"]))]
    pub non_resource_urls: Vec<String>,
    /// At least one verb.
    #[serde(default)]
    pub verbs: Vec<String>,
}
