//! Trait `update`: how pods are replaced (decisions 25, 40).

use k8s_openapi::api::apps::v1::{
    DeploymentStrategy, RollingUpdateDeployment, RollingUpdateStatefulSetStrategy,
    StatefulSetUpdateStrategy,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kubemin_model::traits::Update;
use kubemin_model::{FieldError, Traits};
use serde_json::Value;

use crate::context::Context;
use crate::contribution::Contribution;
use crate::typed::int_or_string;

/// The strategy in the words of both kinds of workload; each takes its own.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let Some(update) = &traits.update else {
        return whole;
    };
    let surge = pods(
        ctx,
        "update.maxSurge",
        update.max_surge.as_ref(),
        &mut whole.errors,
    );
    let away = pods(
        ctx,
        "update.maxUnavailable",
        update.max_unavailable.as_ref(),
        &mut whole.errors,
    );
    whole.workload.deployment_strategy = deployment(update, surge, away.clone());
    whole.workload.stateful_set_strategy = stateful_set(update, away);
    whole.workload.min_ready_seconds = update.min_ready_seconds.filter(|seconds| *seconds != 0);
    whole
}

fn deployment(
    update: &Update,
    max_surge: Option<IntOrString>,
    max_unavailable: Option<IntOrString>,
) -> Option<DeploymentStrategy> {
    let strategy = |kind: &str, rolling| DeploymentStrategy {
        type_: Some(kind.to_owned()),
        rolling_update: rolling,
    };
    let says_how = max_surge.is_some() || max_unavailable.is_some();
    let rolling = says_how.then_some(RollingUpdateDeployment {
        max_surge,
        max_unavailable,
    });
    match update.strategy.as_deref() {
        Some("recreate") => Some(strategy("Recreate", None)),
        Some("rolling") => Some(strategy("RollingUpdate", rolling)),
        _ => rolling.map(|rolling| strategy("RollingUpdate", Some(rolling))),
    }
}

fn stateful_set(
    update: &Update,
    max_unavailable: Option<IntOrString>,
) -> Option<StatefulSetUpdateStrategy> {
    let partition = update.partition.filter(|partition| *partition != 0);
    let says_how = partition.is_some() || max_unavailable.is_some();
    let rolling = says_how.then_some(RollingUpdateStatefulSetStrategy {
        max_unavailable,
        partition,
    });
    match update.strategy.as_deref() {
        Some("onDelete") => Some(StatefulSetUpdateStrategy {
            type_: Some("OnDelete".to_owned()),
            rolling_update: None,
        }),
        _ => rolling.map(|rolling| StatefulSetUpdateStrategy {
            type_: Some("RollingUpdate".to_owned()),
            rolling_update: Some(rolling),
        }),
    }
}

fn pods(
    ctx: &Context<'_>,
    place: &str,
    value: Option<&Value>,
    errors: &mut Vec<FieldError>,
) -> Option<IntOrString> {
    int_or_string(value?, &ctx.at(place))
        .map_err(|error| errors.push(error))
        .ok()
}
