//! `cronjob` → CronJob (app-plane §1; decision 14).

use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, JobTemplateSpec};
use kubemin_model::FieldError;
use kubemin_objects::Kind;

use super::{job, main_metadata};
use crate::context::Context;
use crate::draft::Draft;
use crate::pod::Pod;

/// The CronJob around a pod.
pub fn build(ctx: &Context<'_>, pod: &Pod, errors: &mut Vec<FieldError>) -> Draft {
    let owner = ctx.owner;
    let schedule = owner
        .component
        .properties
        .as_ref()
        .and_then(|properties| properties.schedule.clone());
    let resource = CronJob {
        metadata: main_metadata(owner),
        spec: Some(CronJobSpec {
            schedule: schedule.unwrap_or_default(),
            job_template: JobTemplateSpec {
                metadata: None,
                spec: Some(job::spec(ctx, pod, errors)),
            },
            ..CronJobSpec::default()
        }),
        ..CronJob::default()
    };
    Draft::typed(owner, Kind::CronJob, owner.path("name"), &resource)
}
