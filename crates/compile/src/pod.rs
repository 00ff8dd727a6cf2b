//! The pod template of a workload.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Container, LocalObjectReference, PersistentVolumeClaim, PodSpec, PodTemplateSpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kubemin_model::{FieldError, Properties};
use kubemin_objects::labels;

use crate::absent::unless_empty;
use crate::claims::{self, Claim, ClaimKind};
use crate::config_hash;
use crate::container::{self, Run};
use crate::context::Context;
use crate::contribution::{ConfigUse, ContainerPart, PodPart};
use crate::merge;
use crate::metadata;

/// A pod template and the claims it needs.
pub struct Pod {
    /// The template.
    pub template: PodTemplateSpec,
    /// Claim templates of a StatefulSet.
    pub claim_templates: Vec<PersistentVolumeClaim>,
    /// Claims behind its volumes, each with the path of its storage entry.
    pub claims: Vec<(Claim, String)>,
}

/// The pod of a component.
pub fn build(
    ctx: &Context<'_>,
    main: ContainerPart,
    mut pod: PodPart,
    errors: &mut Vec<FieldError>,
) -> Pod {
    let volumes = merge::volumes(std::mem::take(&mut pod.volumes), errors);
    let claims = merge::claims(&volumes);
    let claim_templates = claims
        .iter()
        .filter(|(claim, _)| claim.kind == ClaimKind::PerReplica)
        .map(|(claim, _)| claims::template(ctx.owner, claim))
        .collect();

    let mut containers = vec![main_container(ctx, main)];
    containers.append(&mut pod.sidecars);
    let mut init_containers = std::mem::take(&mut pod.init_containers);
    merge::name_mounts(&volumes, containers.iter_mut().chain(&mut init_containers));
    for container in containers.iter_mut().chain(&mut init_containers) {
        container.security_context = pod.container_security.clone();
    }

    let metadata = template_metadata(ctx, std::mem::take(&mut pod.config_uses));
    let spec = PodSpec {
        volumes: unless_empty(merge::pod_volumes(&volumes)),
        ..spec(ctx, pod, containers, init_containers)
    };
    Pod {
        template: PodTemplateSpec {
            metadata: Some(metadata),
            spec: Some(spec),
        },
        claim_templates,
        claims,
    }
}

fn spec(
    ctx: &Context<'_>,
    pod: PodPart,
    containers: Vec<Container>,
    init_containers: Vec<Container>,
) -> PodSpec {
    let pull_secrets = ctx.policies.image_pull_secrets.iter();
    PodSpec {
        containers,
        init_containers: unless_empty(init_containers),
        // without an account of its own a pod has no business with the API server
        automount_service_account_token: pod.account.is_none().then_some(false),
        service_account_name: pod.account,
        security_context: pod.security,
        node_selector: unless_empty(pod.scheduling.node_selector),
        affinity: pod.scheduling.affinity,
        tolerations: unless_empty(pod.scheduling.tolerations),
        topology_spread_constraints: unless_empty(pod.scheduling.spread),
        priority_class_name: pod.scheduling.priority_class,
        image_pull_secrets: unless_empty(
            pull_secrets
                .map(|name| LocalObjectReference { name: name.clone() })
                .collect::<Vec<_>>(),
        ),
        ..PodSpec::default()
    }
}

fn main_container(ctx: &Context<'_>, part: ContainerPart) -> Container {
    let component = ctx.owner.component;
    let nothing = Properties::default();
    let properties = component.properties.as_ref().unwrap_or(&nothing);
    let run = Run {
        name: component.name.clone(),
        image: component.image.as_deref().unwrap_or_default(),
        command: &properties.command,
        args: &properties.args,
        env: Some(&properties.env),
        ports: &properties.ports,
    };
    container::build(run, part, ctx.policies)
}

fn template_metadata(ctx: &Context<'_>, uses: Vec<ConfigUse>) -> ObjectMeta {
    let wanted = ctx.owner.component.properties.as_ref();
    let mut annotations = wanted
        .map(|properties| properties.annotations.clone())
        .unwrap_or_default();
    if let Some(hash) = config_hash::of(ctx.owner, uses, ctx.policies.restart_on_config_change) {
        annotations.insert(labels::CONFIG_HASH.to_owned(), hash);
    }
    let no_labels = BTreeMap::new();
    let wanted_labels = wanted.map_or(&no_labels, |properties| &properties.labels);
    ObjectMeta {
        labels: Some(metadata::pod_labels(ctx.owner, wanted_labels)),
        annotations: unless_empty(annotations),
        ..ObjectMeta::default()
    }
}
