//! Main objects of a component, one file a kind.

pub mod config_map;
pub mod cron_job;
pub mod deployment;
pub mod job;
pub mod secret;
pub mod service;
pub mod stateful_set;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::context::Owner;
use crate::metadata;

/// Metadata of the main object: the component's name, and its author's labels and annotations.
fn main_metadata(owner: Owner<'_>) -> ObjectMeta {
    let name = &owner.component.name;
    match &owner.component.properties {
        Some(properties) => {
            metadata::object(owner, name, &properties.labels, &properties.annotations)
        }
        None => metadata::bare(owner, name),
    }
}

/// Pods that are asked for. Autoscaling owns the number (decision 39), but not none: that stops the component, and
/// Kubernetes rests autoscaling while it holds (Kubernetes docs, Implicit maintenance-mode deactivation).
fn replicas(owner: Owner<'_>, scaled: bool) -> Option<i32> {
    match owner.component.replicas {
        Some(0) => Some(0),
        given => (!scaled).then(|| given.unwrap_or(1)),
    }
}
