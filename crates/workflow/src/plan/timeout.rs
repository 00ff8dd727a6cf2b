//! How long a job may take (decision 29).

use std::time::Duration;

use kubemin_model::{Step, ValidApplication, duration};
use kubemin_objects::Object;
use serde_json::Value;

use super::PlanOptions;

/// Time a probe budget is extended by, for scheduling and pulling.
const PROBE_MARGIN: Duration = Duration::from_secs(30);

/// As given by the component or the step, else the larger of the default and the slowest probe budget + 30 s.
pub(super) fn of_job(
    app: &ValidApplication,
    step: &Step,
    object: &Object,
    options: &PlanOptions,
) -> Duration {
    given_by_component(app, &object.component)
        .or(step.timeout.as_deref())
        .and_then(|text| duration::parse(text).ok())
        .unwrap_or_else(|| options.default_timeout.max(probe_budget(&object.body)))
}

fn given_by_component<'a>(app: &'a ValidApplication, component: &str) -> Option<&'a str> {
    let document = app.document();
    let own = document
        .components
        .iter()
        .find(|c| c.name == component)
        .and_then(|c| c.policies.as_ref());
    own.and_then(|policies| policies.timeout.as_deref())
        .or_else(|| {
            document
                .policies
                .as_ref()
                .and_then(|policies| policies.timeout.as_deref())
        })
}

/// The longest time after which a startup or readiness probe of the pod may still succeed, plus a margin.
fn probe_budget(body: &Value) -> Duration {
    let containers = body
        .pointer("/spec/template/spec/containers")
        .and_then(Value::as_array);
    let slowest = containers
        .into_iter()
        .flatten()
        .flat_map(|container| {
            [
                container.get("startupProbe"),
                container.get("readinessProbe"),
            ]
        })
        .flatten()
        .map(budget_of_probe)
        .max();
    slowest.map_or(Duration::ZERO, |budget| budget + PROBE_MARGIN)
}

fn budget_of_probe(probe: &Value) -> Duration {
    let field =
        |name: &str, default: u64| probe.get(name).and_then(Value::as_u64).unwrap_or(default);
    Duration::from_secs(
        field("initialDelaySeconds", 0) + field("periodSeconds", 10) * field("failureThreshold", 3),
    )
}
