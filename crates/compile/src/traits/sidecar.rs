//! Trait `sidecar`: containers beside the main one (seed 000, Sidecar 边车容器; decision 12).

use kubemin_model::Traits;
use kubemin_model::names::{LABEL_LIMIT, derived_name};
use kubemin_model::traits::Sidecar;

use crate::container::{self, Run};
use crate::context::Context;
use crate::contribution::Contribution;
use crate::numbering::Unnamed;

/// One container an entry, in the author's order, after the main container.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let mut unnamed = 0;
    for (index, sidecar) in traits.sidecar.iter().enumerate() {
        let name = sidecar
            .name
            .clone()
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| {
                unnamed += 1;
                derived_name(
                    ctx.component_name(),
                    &format!("-sidecar-{unnamed}"),
                    LABEL_LIMIT,
                )
            });
        let mut nested = nested(ctx, index, sidecar);
        let part = std::mem::take(&mut nested.container);
        let run = Run {
            name,
            image: sidecar.image.as_deref().unwrap_or_default(),
            command: &sidecar.command,
            args: &sidecar.args,
            env: Some(&sidecar.env),
            ports: &sidecar.ports,
        };
        nested
            .pod
            .sidecars
            .push(container::build(run, part, ctx.policies));
        whole.absorb(nested);
    }
    whole
}

fn nested(ctx: &Context<'_>, index: usize, sidecar: &Sidecar) -> Contribution {
    let Some(traits) = sidecar.traits.as_deref() else {
        return Contribution::default();
    };
    let before = Unnamed::before_sidecar(ctx.owner.component, index);
    super::process(&ctx.nested(&format!("sidecar[{index}]"), before), traits)
}
