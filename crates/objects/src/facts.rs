//! What `compile` may know about the platform and its cluster.

use serde::{Deserialize, Serialize};

/// Settings and findings that change what objects look like. The default is an empty cluster without profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClusterFacts {
    /// How GPUs are asked for (decision 21).
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

/// How a platform offers GPUs to containers: extended resources and the unit of a share (app-plane §2, decision 21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GpuNames {
    /// For `gpu: "1"`.
    pub count: String,
    /// For `gpu: "8Gi"`.
    pub memory: String,
    /// Unit in which `memory` is counted.
    #[serde(default)]
    pub memory_unit: GpuMemoryUnit,
    /// A share asks for one card as well, because the platform does not add it by itself.
    #[serde(default)]
    pub share_names_card: bool,
}

/// Unit of an extended resource for GPU memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum GpuMemoryUnit {
    /// 2²⁰ bytes.
    #[default]
    MiB,
    /// 2³⁰ bytes.
    GiB,
}

impl GpuMemoryUnit {
    /// Bytes of one.
    pub fn bytes(self) -> i128 {
        match self {
            Self::MiB => 1 << 20,
            Self::GiB => 1 << 30,
        }
    }
}

/// Platforms that are known by name (app-plane §2): the NVIDIA device plugin, HAMi, Volcano vGPU, Aliyun gpushare.
pub const GPU_PLATFORMS: [&str; 4] = ["nvidia", "hami", "volcano", "aliyun"];

impl GpuNames {
    /// What a platform of [`GPU_PLATFORMS`] offers.
    ///
    /// HAMi adds the card to a share by itself (`defaultGPUNum`, <https://project-hami.io/docs/userguide/configure>); a pod of
    /// Volcano names both (<https://github.com/Project-HAMi/volcano-vgpu-device-plugin>); Aliyun's gpushare counts GiB and has
    /// no cards, so whole ones stay with the NVIDIA device plugin
    /// (<https://github.com/AliyunContainerService/gpushare-scheduler-extender>).
    pub fn of_platform(name: &str) -> Option<Self> {
        let (count, memory) = match name {
            "nvidia" | "hami" => ("nvidia.com/gpu", "nvidia.com/gpumem"),
            "volcano" => ("volcano.sh/vgpu-number", "volcano.sh/vgpu-memory"),
            "aliyun" => ("nvidia.com/gpu", "aliyun.com/gpu-mem"),
            _ => return None,
        };
        let gibibytes = name == "aliyun";
        Some(Self {
            count: count.into(),
            memory: memory.into(),
            memory_unit: if gibibytes {
                GpuMemoryUnit::GiB
            } else {
                GpuMemoryUnit::MiB
            },
            share_names_card: name == "volcano",
        })
    }
}

impl Default for GpuNames {
    fn default() -> Self {
        Self {
            count: "nvidia.com/gpu".into(),
            memory: "nvidia.com/gpumem".into(),
            memory_unit: GpuMemoryUnit::MiB,
            share_names_card: false,
        }
    }
}
