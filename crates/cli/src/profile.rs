//! What `render` and `plan` are told about a cluster that they do not see (decision 21).

use std::path::Path;

use kubemin_objects::{ClusterFacts, GPU_PLATFORMS, GpuNames};
use serde::Deserialize;

use crate::failure::Failure;

/// Names that are further apart than this are not meant.
const ALIKE: f64 = 0.75;

/// A file that describes a platform.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct ProfileFile {
    /// `gpu: hami`, or names of its own.
    gpu: Option<Gpu>,
    gateway_api: bool,
    gateway: Option<String>,
    ingress_class: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Gpu {
    Platform(String),
    Names(GpuNames),
}

/// The facts of a named platform, or of a file that describes one.
pub fn facts(profile: Option<&str>) -> Result<ClusterFacts, Failure> {
    let Some(profile) = profile else {
        return Ok(ClusterFacts::default());
    };
    if let Some(gpu) = GpuNames::of_platform(profile) {
        return Ok(ClusterFacts {
            gpu,
            ..ClusterFacts::default()
        });
    }
    if !profile.contains(['/', '.']) && !Path::new(profile).exists() {
        return Err(unknown(profile));
    }
    let wrong = |error: String| Failure::wrong(format!("profile {profile}: {error}"));
    let text = std::fs::read_to_string(profile).map_err(|error| wrong(error.to_string()))?;
    let file: ProfileFile =
        serde_saphyr::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    Ok(ClusterFacts {
        gpu: match file.gpu {
            None => GpuNames::default(),
            Some(Gpu::Names(names)) => names,
            Some(Gpu::Platform(name)) => {
                GpuNames::of_platform(&name).ok_or_else(|| unknown(&name))?
            }
        },
        gateway_api: file.gateway_api || file.gateway.is_some(),
        gateway: file.gateway,
        ingress_class: file.ingress_class,
        ..ClusterFacts::default()
    })
}

fn unknown(name: &str) -> Failure {
    let likeness = |known: &&str| strsim::jaro_winkler(&name.to_lowercase(), known);
    let nearest = GPU_PLATFORMS
        .into_iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|known| likeness(known) >= ALIKE);
    let known = GPU_PLATFORMS.join(", ");
    let hint = match nearest {
        Some(nearest) => format!("did you mean {nearest}? There are {known}; or name a file"),
        None => format!("there are {known}; or name a file"),
    };
    Failure::wrong(format!("there is no platform {name:?}")).hint(hint)
}
