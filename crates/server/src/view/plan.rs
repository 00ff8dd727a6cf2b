//! Plans.

use kubemin_api_types as api;
use kubemin_engine::Preview;
use kubemin_model::{FieldError, ValidApplication};
use kubemin_workflow::Plan;

use super::change::changes;
use super::task::job_action;
use super::words::mode;
use crate::problem::field_problems;

/// What deploying a document would do.
pub(crate) fn plan(
    app: &ValidApplication,
    preview: &Preview,
    warnings: Vec<FieldError>,
) -> api::Plan {
    api::Plan {
        application: app.name().to_owned(),
        namespace: app.namespace().to_owned(),
        derived: preview.plan.derived,
        steps: steps(&preview.plan),
        changes: changes(&preview.changes),
        notes: preview.notes.clone(),
        warnings: field_problems(warnings),
    }
}

/// Steps with their jobs.
fn steps(plan: &Plan) -> Vec<api::PlanStep> {
    let step = |(index, step): (usize, &kubemin_workflow::PlannedStep)| api::PlanStep {
        name: step.name.clone(),
        mode: mode(step.mode).to_owned(),
        jobs: plan.jobs_of(index).map(|(_, job)| planned(job)).collect(),
    };
    plan.steps.iter().enumerate().map(step).collect()
}

fn planned(job: &kubemin_workflow::PlannedJob) -> api::PlanJob {
    api::PlanJob {
        component: job.component.clone(),
        kind: job.key.kind.name().to_owned(),
        name: job.key.name.clone(),
        priority: job.priority,
        action: job_action(job.action).to_owned(),
        timeout_seconds: job.timeout.as_secs(),
        waits_for: job.waits_for.clone(),
    }
}
