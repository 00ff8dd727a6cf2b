//! All traits of one container, and the matrix of what may be nested (seed 000, 嵌套 Traits 支持矩阵).

use std::collections::BTreeMap;

use super::{
    Findings, Place, Subject, containers, disruption, environment, expose, ingress, network,
    probes, rbac, resources, scaling, scheduling, security, service, storage, update, volumes,
};
use crate::{ComponentType, Traits};

/// Which container of the pod the traits belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Main,
    Init,
    Sidecar,
}

/// Traits of a component.
pub(super) fn check(subject: &Subject, traits: &Traits, at: &Place, findings: &mut Findings) {
    if subject.holds_data() {
        if *traits != Traits::default() {
            let message = format!(
                "a {} runs nothing; its traits are not used",
                subject.type_name()
            );
            findings.warn(at, "no-effect", message);
        }
        return;
    }
    let env = subject
        .component
        .properties
        .as_ref()
        .map(|properties| &properties.env);
    container(subject, traits, env, Role::Main, at, findings);
    containers::inits(subject, &traits.init, &at.field("init"), findings);
    containers::sidecars(subject, &traits.sidecar, &at.field("sidecar"), findings);
    containers::names(subject, traits, at, findings);
    volumes::check(traits, at, findings);
    volumes::shared_by_replicas(subject, traits, at, findings);
    added(subject, traits, at, findings);
}

/// Traits of an init or sidecar container.
pub(super) fn nested(
    subject: &Subject,
    traits: &Traits,
    env: Option<&BTreeMap<String, String>>,
    role: Role,
    at: &Place,
    findings: &mut Findings,
) {
    for (name, _) in refused_inside(traits)
        .into_iter()
        .filter(|(_, given)| *given)
    {
        let message =
            format!("the trait {name} belongs to a component, not to a container inside of one");
        findings
            .error(&at.field(name), "nested-trait", message)
            .hint("move it to the traits of the component");
    }
    container(subject, traits, env, role, at, findings);
}

/// Traits that may not be nested, and whether they are there.
fn refused_inside(traits: &Traits) -> [(&'static str, bool); 10] {
    [
        ("init", !traits.init.is_empty()),
        ("sidecar", !traits.sidecar.is_empty()),
        ("service", traits.service.is_some()),
        ("scaling", traits.scaling.is_some()),
        ("scheduling", traits.scheduling.is_some()),
        ("security", traits.security.is_some()),
        ("update", traits.update.is_some()),
        ("disruption", traits.disruption.is_some()),
        ("network", traits.network.is_some()),
        ("expose", traits.expose.is_some()),
    ]
}

fn container(
    subject: &Subject,
    traits: &Traits,
    env: Option<&BTreeMap<String, String>>,
    role: Role,
    at: &Place,
    findings: &mut Findings,
) {
    storage::check(&traits.storage, &at.field("storage"), findings);
    environment::batch(
        &traits.env_from,
        subject.known,
        &at.field("envFrom"),
        findings,
    );
    environment::single(
        &traits.envs,
        env,
        subject.known,
        &at.field("envs"),
        findings,
    );
    if let Some(own) = &traits.resources {
        resources::check(own, &at.field("resources"), findings);
    }
    probes::check(&traits.probes, role, &at.field("probes"), findings);
    rbac::check(subject, &traits.rbac, role, &at.field("rbac"), findings);
    ingress::check(subject, &traits.ingress, &at.field("ingress"), findings);
}

/// Traits of decision 25, and whether the component's type can have them.
fn added(subject: &Subject, traits: &Traits, at: &Place, findings: &mut Findings) {
    let services_only = [
        ("service", traits.service.is_some()),
        ("scaling", traits.scaling.is_some()),
        ("update", traits.update.is_some()),
        ("disruption", traits.disruption.is_some()),
    ];
    if subject.is_job() {
        for (name, _) in services_only.into_iter().filter(|(_, given)| *given) {
            let message = format!("a {} cannot have the trait {name}", subject.type_name());
            findings
                .error(&at.field(name), "wrong-component", message)
                .hint("it is for webservice and statefulservice");
        }
    }
    if let Some(own) = &traits.service {
        service::check(subject, own, &at.field("service"), findings);
    }
    if let Some(own) = &traits.scaling {
        scaling::check(traits, own, &at.field("scaling"), findings);
    }
    if let Some(own) = &traits.scheduling {
        scheduling::check(own, &at.field("scheduling"), findings);
    }
    if let Some(own) = &traits.security {
        security::check(own, &at.field("security"), findings);
    }
    if let Some(own) = &traits.update {
        update::check(
            own,
            subject.kind == Some(ComponentType::Statefulservice),
            &at.field("update"),
            findings,
        );
    }
    if let Some(own) = &traits.disruption {
        disruption::check(own, &at.field("disruption"), findings);
    }
    if let Some(own) = &traits.network {
        network::check(subject, own, &at.field("network"), findings);
    }
    if let Some(own) = &traits.expose {
        expose::check(subject, own, &at.field("expose"), findings);
    }
}
