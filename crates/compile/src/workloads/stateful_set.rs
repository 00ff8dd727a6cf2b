//! `statefulservice` → StatefulSet (app-plane §1; seed 000, 逻辑详解 1.1).

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use kubemin_objects::Kind;

use super::{main_metadata, replicas, service};
use crate::absent::unless_empty;
use crate::context::Owner;
use crate::contribution::WorkloadPart;
use crate::draft::Draft;
use crate::metadata;
use crate::pod::Pod;

/// The StatefulSet around a pod.
pub fn build(owner: Owner<'_>, pod: &Pod, part: WorkloadPart) -> Draft {
    let resource = StatefulSet {
        metadata: main_metadata(owner),
        spec: Some(StatefulSetSpec {
            replicas: replicas(owner, part.scaled),
            selector: metadata::label_selector(owner),
            service_name: Some(service::governing_name(owner)),
            update_strategy: part.stateful_set_strategy,
            min_ready_seconds: part.min_ready_seconds,
            template: pod.template.clone(),
            volume_claim_templates: unless_empty(pod.claim_templates.clone()),
            ..StatefulSetSpec::default()
        }),
        ..StatefulSet::default()
    };
    Draft::typed(owner, Kind::StatefulSet, owner.path("name"), &resource)
}
