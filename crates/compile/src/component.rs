//! One component: its traits, its pod, its main object.

use kubemin_model::{ComponentType, FieldError, Policies, Traits};

use crate::claims::Request;
use crate::context::{Context, Owner};
use crate::contribution::{Contribution, PodPart, WorkloadPart};
use crate::draft::Draft;
use crate::fault::fault;
use crate::pod::{self, Pod};
use crate::traits;
use crate::workloads::{config_map, cron_job, deployment, job, secret, stateful_set};

/// What a component becomes.
#[derive(Default)]
pub struct Built<'a> {
    /// Its objects, without claims.
    pub drafts: Vec<Draft>,
    /// The claims it asks for; one may be shared with another component.
    pub claims: Vec<Request<'a>>,
    /// Reasons to refuse the application.
    pub errors: Vec<FieldError>,
    /// Things its author should know.
    pub warnings: Vec<FieldError>,
}

/// The objects of a component, under the policies that hold for it.
pub fn build<'a>(owner: Owner<'a>, policies: &'a Policies) -> Built<'a> {
    let mut built = Built::default();
    if let Some(error) = needs_more(owner) {
        built.errors.push(error);
        return built;
    }
    if let Some(profile) = &owner.component.profile {
        built.warnings.push(fault(
            owner.path("profile"),
            "profile-not-applied",
            format!("the settings of profile {profile} are kept by a server and are not in these objects"),
            "apply the document through a server",
        ));
    }
    let ctx = Context::of_component(owner, policies);
    let nothing = Traits::default();
    let mut whole = traits::process(&ctx, owner.component.traits.as_ref().unwrap_or(&nothing));
    check_container_names(&ctx, &whole.pod, &mut whole.errors);
    add_main(&ctx, whole, &mut built);
    built
}

fn add_main<'a>(ctx: &Context<'a>, whole: Contribution, built: &mut Built<'a>) {
    let Contribution {
        container,
        pod,
        workload,
        objects,
        errors,
        warnings,
    } = whole;
    built.errors.extend(errors);
    built.warnings.extend(warnings);
    let owner = ctx.owner;
    let main = match owner.component.kind {
        ComponentType::Config => config_map::build(owner, &mut built.errors),
        ComponentType::Secret => secret::build(owner),
        _ => {
            let pod = pod::build(ctx, container, pod, &mut built.errors);
            let main = workload_object(ctx, &pod, workload, &mut built.errors);
            built
                .claims
                .extend(
                    pod.claims
                        .into_iter()
                        .map(|(claim, path)| Request { owner, claim, path }),
                );
            main
        }
    };
    built.drafts.push(main);
    built.drafts.extend(objects);
}

fn workload_object(
    ctx: &Context<'_>,
    pod: &Pod,
    part: WorkloadPart,
    errors: &mut Vec<FieldError>,
) -> Draft {
    match ctx.owner.component.kind {
        ComponentType::Statefulservice => stateful_set::build(ctx.owner, pod, part),
        ComponentType::Job => job::build(ctx, pod, errors),
        ComponentType::Cronjob => cron_job::build(ctx, pod, errors),
        _ => deployment::build(ctx.owner, pod, part),
    }
}

/// Why the component cannot become objects here.
fn needs_more(owner: Owner<'_>) -> Option<FieldError> {
    if owner.component.template.is_some() {
        return Some(fault(
            owner.path("template"),
            "template-needs-server",
            "templates are kept by a server, which clones their components",
            "apply the document through a server",
        ));
    }
    (owner.component.kind == ComponentType::Middleware).then(|| {
        fault(
            owner.path("type"),
            "middleware-not-installed",
            "the middleware plane is not installed on this server",
            "run the engine as a statefulservice, or install the middleware plane",
        )
    })
}

/// Containers of one pod have different names; given ones may meet the component's or each other's.
fn check_container_names(ctx: &Context<'_>, pod: &PodPart, errors: &mut Vec<FieldError>) {
    let mut taken = vec![ctx.component_name()];
    let places = [("init", &pod.init_containers), ("sidecar", &pod.sidecars)];
    for (kind, containers) in places {
        for (index, container) in containers.iter().enumerate() {
            if taken.contains(&container.name.as_str()) {
                errors.push(fault(
                    ctx.at(&format!("{kind}[{index}].name")),
                    "duplicate-name",
                    format!("another container of the pod is called {}", container.name),
                    "use another name",
                ));
            }
            taken.push(&container.name);
        }
    }
}
