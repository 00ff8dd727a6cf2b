//! The nine traits of seed 000 and the ones of decision 25. One file per trait, data only.

pub mod added;
pub mod envs;
pub mod ingress;
pub mod init;
pub mod probes;
pub mod rbac;
pub mod resources;
pub mod sidecar;
pub mod storage;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use added::{Disruption, Expose, Network, Scaling, Scheduling, Security, Service, Update};
pub use envs::{Env, EnvFrom};
pub use ingress::Ingress;
pub use init::Init;
pub use probes::Probe;
pub use rbac::Rbac;
pub use resources::Resources;
pub use sidecar::Sidecar;
pub use storage::Storage;

/// Capabilities of a component, or of an init or sidecar container (matrix: seed 000, 嵌套 Traits 支持矩阵).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Traits {
    /// Volumes and where they are mounted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage: Vec<Storage>,
    /// Whole ConfigMaps and Secrets as environment variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_from: Vec<EnvFrom>,
    /// Single environment variables from four kinds of source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub envs: Vec<Env>,
    /// CPU, memory and GPU of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-spellings" = ["resource"]))]
    pub resources: Option<Resources>,
    /// Liveness, readiness and startup probes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probe>,
    /// Accounts, roles and bindings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rbac: Vec<Rbac>,
    /// Containers that run to their end before the main container starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub init: Vec<Init>,
    /// Containers beside the main container.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sidecar: Vec<Sidecar>,
    /// HTTP routes from outside by Ingress.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ingress: Vec<Ingress>,
    /// How the component is reachable inside the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// Horizontal autoscaling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
    /// Where pods may run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling: Option<Scheduling>,
    /// Pod and container security context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Security>,
    /// How pods are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<Update>,
    /// How many pods may be away on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disruption: Option<Disruption>,
    /// Who may call the component, and whom it may call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// HTTP routes from outside, without naming a controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expose: Option<Expose>,
}
