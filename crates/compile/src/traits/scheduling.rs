//! Trait `scheduling`: where pods may run (decision 25).

use k8s_openapi::api::core::v1::TopologySpreadConstraint;
use kubemin_model::Traits;
use kubemin_model::traits::added::Spread;

use crate::context::Context;
use crate::contribution::Contribution;
use crate::metadata;
use crate::typed::typed;

/// Node labels, affinity, tolerations, spread and priority of the pod.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let Some(wanted) = &traits.scheduling else {
        return whole;
    };
    let place = &mut whole.pod.scheduling;
    place.node_selector = wanted.node_selector.clone();
    place.priority_class = wanted.priority_class.clone();
    place.spread = wanted
        .spread
        .iter()
        .map(|spread| constraint(ctx, spread))
        .collect();
    if let Some(affinity) = &wanted.affinity {
        match typed(affinity, &ctx.at("scheduling.affinity"), "Affinity") {
            Ok(affinity) => place.affinity = Some(affinity),
            Err(error) => whole.errors.push(error),
        }
    }
    for (index, toleration) in wanted.tolerations.iter().enumerate() {
        match typed(
            toleration,
            &ctx.at(&format!("scheduling.tolerations[{index}]")),
            "Toleration",
        ) {
            Ok(toleration) => place.tolerations.push(toleration),
            Err(error) => whole.errors.push(error),
        }
    }
    whole
}

fn constraint(ctx: &Context<'_>, spread: &Spread) -> TopologySpreadConstraint {
    TopologySpreadConstraint {
        topology_key: spread.topology_key.clone(),
        max_skew: spread.max_skew.unwrap_or(1),
        when_unsatisfiable: spread
            .when_unsatisfiable
            .clone()
            .unwrap_or_else(|| "ScheduleAnyway".to_owned()),
        label_selector: Some(metadata::label_selector(ctx.owner)),
        ..TopologySpreadConstraint::default()
    }
}
