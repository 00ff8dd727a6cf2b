//! Trait `init`: containers that run before the main one (seed 000, Init 初始化容器; decisions 12, 18).

use kubemin_model::names::{LABEL_LIMIT, derived_name};
use kubemin_model::traits::Init;
use kubemin_model::{Properties, Traits};

use crate::container::{self, Run};
use crate::context::Context;
use crate::contribution::{ContainerPart, Contribution};
use crate::numbering::Unnamed;

/// One init container an entry, in the author's order.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let mut unnamed = 0;
    for (index, init) in traits.init.iter().enumerate() {
        let name = init
            .name
            .clone()
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| {
                unnamed += 1;
                derived_name(
                    ctx.component_name(),
                    &format!("-init-{unnamed}"),
                    LABEL_LIMIT,
                )
            });
        let mut nested = nested(ctx, index, init);
        let part = without_probes(std::mem::take(&mut nested.container));
        nested
            .pod
            .init_containers
            .push(container(ctx, name, init, part));
        whole.absorb(nested);
    }
    whole
}

fn nested(ctx: &Context<'_>, index: usize, init: &Init) -> Contribution {
    let Some(traits) = init.traits.as_deref() else {
        return Contribution::default();
    };
    let before = Unnamed::before_init(ctx.owner.component, index);
    super::process(&ctx.nested(&format!("init[{index}]"), before), traits)
}

/// Kubernetes refuses probes on a container that runs to its end (decision 18); the document check warns of them.
fn without_probes(part: ContainerPart) -> ContainerPart {
    ContainerPart {
        liveness: None,
        readiness: None,
        startup: None,
        ..part
    }
}

fn container(
    ctx: &Context<'_>,
    name: String,
    init: &Init,
    part: ContainerPart,
) -> k8s_openapi::api::core::v1::Container {
    let nothing = Properties::default();
    let properties = init.properties.as_ref().unwrap_or(&nothing);
    let run = Run {
        name,
        image: properties
            .image
            .as_deref()
            .or(init.image.as_deref())
            .unwrap_or_default(),
        command: &properties.command,
        args: &properties.args,
        env: Some(&properties.env),
        ports: &properties.ports,
    };
    container::build(run, part, ctx.policies)
}
