//! Trait processors: pure functions from a context and a set of traits to a [`Contribution`], registered by name in
//! the order of seed 000 (Traits 处理顺序), then those of decision 25.

pub mod disruption;
pub mod env_from;
pub mod envs;
pub mod expose;
pub mod http_route;
pub mod ingress;
pub mod init;
pub mod network;
pub mod probes;
pub mod rbac;
pub mod resources;
pub mod rewrite;
pub mod scaling;
pub mod scheduling;
pub mod security;
pub mod service;
pub mod sidecar;
pub mod storage;
pub mod update;

use kubemin_model::Traits;

use crate::context::Context;
use crate::contribution::Contribution;

/// A registered trait.
pub struct Processor {
    /// Field of [`Traits`] it reads.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "names the entry; the tests hold it against the manual"
        )
    )]
    pub name: &'static str,
    /// Whether an init or sidecar container may have it (seed 000, 嵌套 Traits 支持矩阵).
    pub nested: bool,
    /// What it adds.
    pub run: fn(&Context<'_>, &Traits) -> Contribution,
}

const fn processor(
    name: &'static str,
    nested: bool,
    run: fn(&Context<'_>, &Traits) -> Contribution,
) -> Processor {
    Processor { name, nested, run }
}

/// Every processor, in the order in which they are applied.
pub const PROCESSORS: [Processor; 17] = [
    processor("storage", true, storage::process),
    processor("envFrom", true, env_from::process),
    processor("envs", true, envs::process),
    processor("resources", true, resources::process),
    processor("probes", true, probes::process),
    processor("rbac", true, rbac::process),
    processor("init", false, init::process),
    processor("sidecar", false, sidecar::process),
    processor("ingress", true, ingress::process),
    processor("service", false, service::process),
    processor("scaling", false, scaling::process),
    processor("scheduling", false, scheduling::process),
    processor("security", false, security::process),
    processor("update", false, update::process),
    processor("disruption", false, disruption::process),
    processor("network", false, network::process),
    processor("expose", false, expose::process),
];

/// Applies every processor that the place of the traits allows.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    for processor in PROCESSORS
        .iter()
        .filter(|processor| processor.nested || !ctx.nested)
    {
        whole.absorb((processor.run)(ctx, traits));
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_stand_in_the_order_of_the_manual() {
        let names: Vec<_> = PROCESSORS.iter().map(|processor| processor.name).collect();
        assert_eq!(
            names[..9],
            [
                "storage",
                "envFrom",
                "envs",
                "resources",
                "probes",
                "rbac",
                "init",
                "sidecar",
                "ingress"
            ]
        );
    }

    #[test]
    fn the_nesting_matrix_of_the_manual_holds() {
        let nested: Vec<_> = PROCESSORS
            .iter()
            .filter(|processor| processor.nested)
            .map(|one| one.name)
            .collect();
        assert_eq!(
            nested,
            [
                "storage",
                "envFrom",
                "envs",
                "resources",
                "probes",
                "rbac",
                "ingress"
            ]
        );
    }
}
