//! What `render` and `plan` are told about a cluster that they do not see (decision 21).

use kubemin_objects::{ClusterFacts, GpuNames};
use serde::Deserialize;

use crate::failure::Failure;

/// Extended resources for a number of GPUs and for a share of GPU memory in MiB, by the device plugin that offers them.
const GPU_PLATFORMS: [(&str, &str, &str); 3] = [
    ("nvidia", "nvidia.com/gpu", "nvidia.com/gpumem"),
    ("hami", "nvidia.com/gpu", "nvidia.com/gpumem"),
    (
        "volcano",
        "volcano.sh/vgpu-number",
        "volcano.sh/vgpu-memory",
    ),
];

/// A file that describes a platform.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct ProfileFile {
    gpu: Option<GpuNames>,
    gateway_api: bool,
    ingress_class: Option<String>,
}

/// The facts of a named platform, or of a file that describes one.
pub fn facts(profile: Option<&str>) -> Result<ClusterFacts, Failure> {
    let Some(profile) = profile else {
        return Ok(ClusterFacts::default());
    };
    if let Some((_, count, memory)) = GPU_PLATFORMS.iter().find(|(name, _, _)| *name == profile) {
        return Ok(ClusterFacts {
            gpu: GpuNames {
                count: (*count).to_owned(),
                memory: (*memory).to_owned(),
            },
            ..ClusterFacts::default()
        });
    }
    let names = GPU_PLATFORMS.map(|(name, _, _)| name).join(", ");
    let text = std::fs::read_to_string(profile).map_err(|error| {
        Failure::wrong(format!("profile {profile}: {error}"))
            .hint(format!("name a file, or one of {names}"))
    })?;
    let file: ProfileFile = serde_saphyr::from_str(&text)
        .map_err(|error| Failure::wrong(format!("profile {profile}: {error}")))?;
    Ok(ClusterFacts {
        gpu: file.gpu.unwrap_or_default(),
        gateway_api: file.gateway_api,
        ingress_class: file.ingress_class,
        ..ClusterFacts::default()
    })
}
