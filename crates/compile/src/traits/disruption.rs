//! Trait `disruption`: how many pods may be away on purpose (decision 25).

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kubemin_model::{FieldError, Traits};
use kubemin_objects::Kind;
use serde_json::Value;

use crate::context::Context;
use crate::contribution::Contribution;
use crate::draft::Draft;
use crate::metadata;
use crate::typed::int_or_string;

/// The budget, named like its component.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let Some(disruption) = &traits.disruption else {
        return whole;
    };
    let mut pods = |place: &str, value: Option<&Value>| count(ctx, place, value, &mut whole.errors);
    let min_available = pods("disruption.minAvailable", disruption.min_available.as_ref());
    let max_unavailable = pods(
        "disruption.maxUnavailable",
        disruption.max_unavailable.as_ref(),
    );
    let resource = PodDisruptionBudget {
        metadata: metadata::bare(ctx.owner, ctx.component_name()),
        spec: Some(PodDisruptionBudgetSpec {
            min_available,
            max_unavailable,
            selector: Some(metadata::label_selector(ctx.owner)),
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    };
    whole.objects.push(Draft::typed(
        ctx.owner,
        Kind::PodDisruptionBudget,
        ctx.at("disruption"),
        &resource,
    ));
    whole
}

fn count(
    ctx: &Context<'_>,
    place: &str,
    value: Option<&Value>,
    errors: &mut Vec<FieldError>,
) -> Option<IntOrString> {
    int_or_string(value?, &ctx.at(place))
        .map_err(|error| errors.push(error))
        .ok()
}
