//! Volumes of a pod: entries of one name are one volume (seed 000, 多容器共享存储; decision 20).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, Container, EmptyDirVolumeSource, PersistentVolumeClaimVolumeSource,
    SecretVolumeSource, Volume,
};
use kubemin_model::FieldError;

use crate::claims::{Claim, ClaimKind};
use crate::contribution::{Source, VolumePart};
use crate::fault::fault;

/// Files of ConfigMaps and Secrets are readable for all, writable for their owner: 0644.
const FILE_MODE: i32 = 0o644;

/// Every volume once, with what all entries of its name say together.
pub fn volumes(parts: Vec<VolumePart>, errors: &mut Vec<FieldError>) -> Vec<VolumePart> {
    let mut merged: Vec<VolumePart> = Vec::new();
    for part in parts {
        match merged.iter_mut().find(|earlier| earlier.name == part.name) {
            None => merged.push(part),
            Some(earlier) => match one_source(&earlier.source, &part.source) {
                Some(source) => earlier.source = source,
                None => errors.push(conflict(&part, earlier)),
            },
        }
    }
    merged
}

/// The volumes of the pod; claim templates bring theirs with the StatefulSet.
pub fn pod_volumes(parts: &[VolumePart]) -> Vec<Volume> {
    parts.iter().filter_map(pod_volume).collect()
}

/// Claims behind the volumes, with the path of the entry that named each first.
pub fn claims(parts: &[VolumePart]) -> Vec<(Claim, String)> {
    parts
        .iter()
        .filter_map(|part| match &part.source {
            Source::Claim(claim) => Some((claim.clone(), part.path.clone())),
            _ => None,
        })
        .collect()
}

/// Puts the name inside the pod into every mount: a claim template is mounted by its own name.
pub fn name_mounts<'a>(parts: &[VolumePart], containers: impl Iterator<Item = &'a mut Container>) {
    let renamed: BTreeMap<&str, &str> = parts
        .iter()
        .filter_map(|part| match &part.source {
            Source::Claim(claim) if claim.kind == ClaimKind::PerReplica => {
                Some((part.name.as_str(), claim.name.as_str()))
            }
            _ => None,
        })
        .collect();
    if renamed.is_empty() {
        return;
    }
    for mount in containers
        .filter_map(|container| container.volume_mounts.as_mut())
        .flatten()
    {
        if let Some(name) = renamed.get(mount.name.as_str()) {
            mount.name = (*name).to_owned();
        }
    }
}

/// What two entries of one name mean together: the real volume wins over `ephemeral`.
fn one_source(one: &Source, two: &Source) -> Option<Source> {
    match (one, two) {
        (Source::Ephemeral, other) | (other, Source::Ephemeral) => Some(other.clone()),
        (Source::Claim(one), Source::Claim(two)) => one.joined(two).map(Source::Claim),
        (one, two) if one == two => Some(one.clone()),
        _ => None,
    }
}

fn pod_volume(part: &VolumePart) -> Option<Volume> {
    let mut volume = Volume {
        name: part.name.clone(),
        ..Volume::default()
    };
    match &part.source {
        Source::Ephemeral => volume.empty_dir = Some(EmptyDirVolumeSource::default()),
        Source::Config(name) => {
            volume.config_map = Some(ConfigMapVolumeSource {
                name: name.clone(),
                default_mode: Some(FILE_MODE),
                ..ConfigMapVolumeSource::default()
            });
        }
        Source::Secret(name) => {
            volume.secret = Some(SecretVolumeSource {
                secret_name: Some(name.clone()),
                default_mode: Some(FILE_MODE),
                ..SecretVolumeSource::default()
            });
        }
        Source::Claim(claim) if claim.kind == ClaimKind::PerReplica => return None,
        Source::Claim(claim) => {
            volume.persistent_volume_claim = Some(PersistentVolumeClaimVolumeSource {
                claim_name: claim.name.clone(),
                ..PersistentVolumeClaimVolumeSource::default()
            });
        }
    }
    Some(volume)
}

fn conflict(later: &VolumePart, earlier: &VolumePart) -> FieldError {
    fault(
        &later.path,
        "volume-conflict",
        format!(
            "the volume {} has another source at {}",
            later.name, earlier.path
        ),
        "use another name; an init or sidecar container joins the component's volume with `type: ephemeral`",
    )
}
