//! Trait `scaling`: a HorizontalPodAutoscaler, which then owns the number of pods (decisions 25, 39).

use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, MetricSpec,
    MetricTarget, ResourceMetricSource,
};
use kubemin_model::{ComponentType, Traits};
use kubemin_objects::Kind;

use crate::absent::unless_empty;
use crate::context::Context;
use crate::contribution::Contribution;
use crate::draft::Draft;
use crate::metadata;
use crate::typed::typed;

/// The autoscaler, named like its component.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let Some(scaling) = &traits.scaling else {
        return whole;
    };
    let target = match ctx.owner.component.kind {
        ComponentType::Statefulservice => Kind::StatefulSet,
        _ => Kind::Deployment,
    };
    let behavior = scaling.behavior.as_ref().and_then(|behavior| {
        typed(
            behavior,
            &ctx.at("scaling.behavior"),
            "HorizontalPodAutoscalerBehavior",
        )
        .map_err(|error| whole.errors.push(error))
        .ok()
    });
    let metrics = [("cpu", scaling.cpu), ("memory", scaling.memory)];
    let resource = HorizontalPodAutoscaler {
        metadata: metadata::bare(ctx.owner, ctx.component_name()),
        spec: Some(HorizontalPodAutoscalerSpec {
            scale_target_ref: CrossVersionObjectReference {
                api_version: Some(target.api_version().to_owned()),
                kind: target.name().to_owned(),
                name: ctx.component_name().to_owned(),
            },
            min_replicas: scaling.min.filter(|min| *min != 1),
            max_replicas: scaling.max,
            metrics: unless_empty(
                metrics
                    .into_iter()
                    .filter_map(|(name, wanted)| wanted.map(|percent| metric(name, percent)))
                    .collect::<Vec<_>>(),
            ),
            behavior,
        }),
        ..HorizontalPodAutoscaler::default()
    };
    whole.objects.push(Draft::typed(
        ctx.owner,
        Kind::HorizontalPodAutoscaler,
        ctx.at("scaling"),
        &resource,
    ));
    whole.workload.scaled = true;
    whole
}

fn metric(name: &str, percent: i32) -> MetricSpec {
    MetricSpec {
        type_: "Resource".to_owned(),
        resource: Some(ResourceMetricSource {
            name: name.to_owned(),
            target: MetricTarget {
                type_: "Utilization".to_owned(),
                average_utilization: Some(percent),
                ..MetricTarget::default()
            },
        }),
        ..MetricSpec::default()
    }
}
