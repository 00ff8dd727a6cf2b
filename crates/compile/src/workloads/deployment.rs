//! `webservice` → Deployment (app-plane §1; decisions 14, 39, 40).

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy};
use kubemin_objects::Kind;

use super::{main_metadata, replicas};
use crate::context::Owner;
use crate::contribution::WorkloadPart;
use crate::draft::Draft;
use crate::metadata;
use crate::pod::Pod;

/// The Deployment around a pod.
pub fn build(owner: Owner<'_>, pod: &Pod, part: WorkloadPart) -> Draft {
    let strategy = part.deployment_strategy.or_else(|| recreated(pod));
    let resource = Deployment {
        metadata: main_metadata(owner),
        spec: Some(DeploymentSpec {
            replicas: replicas(owner, part.scaled),
            selector: metadata::label_selector(owner),
            strategy,
            min_ready_seconds: part.min_ready_seconds,
            template: pod.template.clone(),
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    };
    Draft::typed(owner, Kind::Deployment, owner.path("name"), &resource)
}

/// A new pod on another node could never mount what the old one holds (decision 40).
fn recreated(pod: &Pod) -> Option<DeploymentStrategy> {
    pod.claims
        .iter()
        .any(|(claim, _)| claim.one_node_only())
        .then(|| DeploymentStrategy {
            type_: Some("Recreate".to_owned()),
            rolling_update: None,
        })
}
