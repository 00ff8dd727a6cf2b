//! Trait `ingress` (seed 000, Ingress; decisions 22, 45).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Routes from outside to Services.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ingress {
    /// Name of the Ingress, `<component>-ingress` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Must be the component's namespace when given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Host names for routes that name none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Labels of the Ingress.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-spellings" = ["labels"]))]
    pub label: BTreeMap<String, String>,
    /// Annotations of the Ingress.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// IngressClass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress_class_name: Option<String>,
    /// Path type for routes that say none. `Prefix` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_path_type: Option<String>,
    /// Certificates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tls: Vec<Tls>,
    /// At least one route.
    #[serde(default)]
    pub routes: Vec<Route>,
}

/// A certificate and its hosts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tls {
    /// Secret with the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_name: Option<String>,
    /// Hosts it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
}

/// One path to one Service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Route {
    /// Path, `/` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `Prefix`, `Exact` or `ImplementationSpecific`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_type: Option<String>,
    /// Host of this route; overrides the global `hosts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The Service behind it.
    pub backend: Backend,
    /// How the path is rewritten on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rewrite: Option<Rewrite>,
}

/// A Service and its port.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Backend {
    /// Name of the Service.
    pub service_name: String,
    /// Its port, 80 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub service_port: Option<i32>,
}

/// Change of the path.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rewrite {
    /// `replace`, `regexReplace` or `prefix`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is matched.
    #[serde(rename = "match")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// What it becomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
}
