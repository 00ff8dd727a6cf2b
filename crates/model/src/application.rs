//! The application document (seed 000, 创建应用请求; app-plane §1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Component, Policies, Workflow};

/// An application: components, the order in which they are deployed, and what holds for all of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Application {
    /// Stable identity, 1 to 63 characters of `[a-z0-9-]`. Derived from namespace and name when absent (decision 8).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-spellings" = ["ID"]))]
    pub id: Option<String>,
    /// Name of the application; normalised to DNS-1123.
    pub name: String,
    /// Kubernetes namespace of every component. `default` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-spellings" = ["nameSpace"]))]
    pub namespace: Option<String>,
    /// Name to show to people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Version of the application. `1.0.0` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Project the application belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// What the application is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Address of a picture, shown in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// `true` makes the application a template that other applications can clone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-spellings" = ["tmpEnable"]))]
    pub template_enabled: Option<bool>,
    /// Policies that hold for every component that does not set its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policies: Option<Policies>,
    /// At least one component.
    #[serde(default)]
    #[schemars(extend("x-spellings" = ["component"]))]
    pub components: Vec<Component>,
    /// The order of deployment. Derived from the component types when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<Workflow>,
}
