//! `job` → Job (app-plane §1; decision 25).

use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use kubemin_model::{FieldError, duration};
use kubemin_objects::Kind;

use super::main_metadata;
use crate::context::Context;
use crate::draft::Draft;
use crate::fault::fault;
use crate::pod::Pod;

/// The Job around a pod.
pub fn build(ctx: &Context<'_>, pod: &Pod, errors: &mut Vec<FieldError>) -> Draft {
    let owner = ctx.owner;
    let resource = Job {
        metadata: main_metadata(owner),
        spec: Some(spec(ctx, pod, errors)),
        ..Job::default()
    };
    Draft::typed(owner, Kind::Job, owner.path("name"), &resource)
}

/// What a Job and the Jobs of a CronJob do. `replicas` pods work beside each other, and each must succeed once.
pub fn spec(ctx: &Context<'_>, pod: &Pod, errors: &mut Vec<FieldError>) -> JobSpec {
    let policies = ctx.policies;
    let pods = ctx.owner.component.replicas.filter(|pods| *pods > 1);
    let mut seconds =
        |field: &str, text: &Option<String>| in_seconds(ctx, field, text.as_deref(), errors);
    JobSpec {
        backoff_limit: policies.backoff_limit,
        active_deadline_seconds: seconds("activeDeadline", &policies.active_deadline),
        ttl_seconds_after_finished: seconds("ttlAfterFinished", &policies.ttl_after_finished)
            .map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)),
        parallelism: pods,
        completions: pods,
        template: template(ctx, pod),
        ..JobSpec::default()
    }
}

/// Pods of a Job do not restart for ever.
fn template(ctx: &Context<'_>, pod: &Pod) -> PodTemplateSpec {
    let mut template = pod.template.clone();
    if let Some(spec) = &mut template.spec {
        let policy = ctx.policies.restart_policy.clone();
        spec.restart_policy = Some(policy.unwrap_or_else(|| "Never".to_owned()));
    }
    template
}

fn in_seconds(
    ctx: &Context<'_>,
    field: &str,
    text: Option<&str>,
    errors: &mut Vec<FieldError>,
) -> Option<i64> {
    match duration::parse(text?) {
        Ok(duration) => Some(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)),
        Err(error) => {
            let path = ctx.owner.path(&format!("policies.{field}"));
            errors.push(fault(path, "invalid-duration", error.to_string(), ""));
            None
        }
    }
}
