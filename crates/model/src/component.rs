//! Components and their properties (seed 000, OAM 组件; app-plane §1).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Policies, Traits};

/// One part of an application.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Component {
    /// Name of the component and of the objects it becomes; normalised to DNS-1123, at most 63 characters.
    pub name: String,
    /// What the component becomes.
    #[serde(rename = "type")]
    #[schemars(extend("x-spellings" = ["componentType"]))]
    pub kind: ComponentType,
    /// Container image. Needed by `webservice`, `statefulservice`, `job` and `cronjob`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Must be the application's namespace when given (decision 15).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-spellings" = ["nameSpace"]))]
    pub namespace: Option<String>,
    /// Number of pods. 1 when absent; 0 is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub replicas: Option<i32>,
    /// What the component runs or holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Properties>,
    /// Composable capabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traits: Option<Traits>,
    /// Clone the components of a template application.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-spellings" = ["tem", "Tem", "tmp"]))]
    pub template: Option<TemplateReference>,
    /// Named set of ingress, rbac, scheduling and security settings kept by the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Components that must be deployed before this one (decision 26).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// Pull, restart, retry and time-out rules of this component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policies: Option<Policies>,
}

/// What a component becomes in the cluster (app-plane §1).
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[schemars(extend("x-aliases" = ["store"]))]
pub enum ComponentType {
    /// Deployment, and a Service when it has ports.
    #[default]
    Webservice,
    /// StatefulSet with a governing headless Service, and a Service when it has ports. `store` is an alias.
    #[serde(alias = "store")]
    Statefulservice,
    /// ConfigMap.
    Config,
    /// Secret.
    Secret,
    /// Job.
    Job,
    /// CronJob.
    Cronjob,
    /// An instance of the middleware plane.
    Middleware,
}

/// What the main container runs, or what a `config` or `secret` holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Properties {
    /// Container image; the same as the component's `image` when both are given (decision 15).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Ports of the main container.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Port>,
    /// Static environment variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Entries of the ConfigMap of a `config` component.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conf: BTreeMap<String, String>,
    /// Binary entries of the ConfigMap, base64 (decision 44).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub binary_conf: BTreeMap<String, String>,
    /// Entries of the Secret of a `secret` component, in clear text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secret: BTreeMap<String, String>,
    /// Entrypoint of the main container, never a shell string.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// Arguments of the entrypoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// Labels for the workload and its pods; never override managed ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations for the workload and its pods.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Cron schedule of a `cronjob`, five fields (decision 14).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// `true` leaves the component out of a workflow on purpose (decision 17).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<bool>,
}

/// A port of the main container (decision 16).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Port {
    /// Port number, 1 to 65535. The Service listens on it, the container too unless `targetPort` says otherwise.
    #[schemars(range(min = 1, max = 65535))]
    pub port: i32,
    /// `false` keeps the port out of the Service; it stays a containerPort.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expose: Option<bool>,
    /// Name of the port; `port-<number>` where Kubernetes needs one and none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `TCP` (default), `UDP` or `SCTP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Port the container listens on when it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub target_port: Option<i32>,
}

/// Which template to clone (app-plane §3).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateReference {
    /// Id or name of the template application.
    pub id: String,
    /// Component of the template to clone; all of them when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}
