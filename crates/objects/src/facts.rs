//! What `compile` may know about the platform and its cluster.

use serde::{Deserialize, Serialize};

/// Settings and findings that change what objects look like. The default is an empty cluster without profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClusterFacts {
    /// Extended resource names of GPUs (decision 21).
    pub gpu: GpuNames,
    /// `true` renders `expose` as HTTPRoute, else as Ingress.
    pub gateway_api: bool,
    /// Gateway for `expose` (`name` or `namespace/name`) when it renders to HTTPRoute and names none itself.
    #[serde(default)]
    pub gateway: Option<String>,
    /// IngressClass for `expose` when it renders to Ingress.
    pub ingress_class: Option<String>,
    /// Key for the content hash of Secrets on pod templates, so that the hash tells nothing (decision 36).
    pub hash_key: Vec<u8>,
    /// Installation name for the installation label (decision 6); no label when empty.
    pub installation: String,
}

/// Extended resources for a GPU count and for a share of GPU memory in MiB (decision 21).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GpuNames {
    /// For `gpu: "1"`.
    pub count: String,
    /// For `gpu: "8Gi"`.
    pub memory: String,
}

impl Default for GpuNames {
    fn default() -> Self {
        Self {
            count: "nvidia.com/gpu".into(),
            memory: "nvidia.com/gpumem".into(),
        }
    }
}
