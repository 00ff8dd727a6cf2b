//! Tasks.

use kubemin_api_types as api;
use kubemin_ports::task::TaskOptions;
use kubemin_ports::{JobRow, TaskRow};
use kubemin_workflow::JobState;
use kubemin_workflow::plan::JobAction;

use super::words::mode;
use crate::time;

/// A task with its steps and jobs.
pub(crate) fn task(row: &TaskRow, application: &str) -> api::Task {
    let steps = row
        .plan
        .iter()
        .flat_map(|plan| plan.steps.iter().enumerate());
    let step = |(index, step): (usize, &kubemin_workflow::PlannedStep)| {
        let jobs: Vec<&JobRow> = row.jobs.iter().filter(|job| job.step == index).collect();
        api::TaskStep {
            name: step.name.clone(),
            mode: mode(step.mode).to_owned(),
            state: together(&jobs).as_str().to_owned(),
            jobs: jobs.into_iter().map(|job| task_job(&row.id, job)).collect(),
        }
    };
    api::Task {
        id: row.id.clone(),
        application: application.to_owned(),
        app_id: row.app_id.clone(),
        revision: row.revision,
        action: action(&row.options).to_owned(),
        state: row.state.as_str().to_owned(),
        reason: row.reason.clone(),
        message: row.message.clone(),
        cancel_requested: row.cancel_requested,
        created_at: time::text(row.created_ms),
        started_at: time::if_set(row.started_ms),
        finished_at: time::if_set(row.finished_ms),
        attempt: row.attempt,
        replica: row.owner.clone(),
        steps: steps.map(step).collect(),
    }
}

/// A task in a list.
pub(crate) fn task_summary(row: &TaskRow, application: &str) -> api::TaskSummary {
    api::TaskSummary {
        id: row.id.clone(),
        application: application.to_owned(),
        app_id: row.app_id.clone(),
        revision: row.revision,
        action: action(&row.options).to_owned(),
        state: row.state.as_str().to_owned(),
        reason: row.reason.clone(),
        message: row.message.clone(),
        created_at: time::text(row.created_ms),
        started_at: time::if_set(row.started_ms),
        finished_at: time::if_set(row.finished_ms),
        attempt: row.attempt,
    }
}

fn task_job(task_id: &str, job: &JobRow) -> api::TaskJob {
    api::TaskJob {
        id: format!("{task_id}-{}", job.index),
        component: job.component.clone(),
        kind: job.kind.name().to_owned(),
        name: job.name.clone(),
        priority: job.priority,
        action: job_action(job.action).to_owned(),
        state: job.state.as_str().to_owned(),
        reason: job.reason.clone(),
        message: job.message.clone(),
        changed: job.changed,
        queued_at: time::if_set(job.queued_ms),
        started_at: time::if_set(job.started_ms),
        finished_at: time::if_set(job.finished_ms),
        attempt: job.attempt,
    }
}

/// What a task does.
pub(super) fn action(options: &TaskOptions) -> &'static str {
    match options {
        TaskOptions {
            delete: Some(_), ..
        } => "delete",
        TaskOptions {
            restart: Some(_), ..
        } => "restart",
        _ => "deploy",
    }
}

/// What a job does.
pub(super) fn job_action(action: JobAction) -> &'static str {
    match action {
        JobAction::Apply => "apply",
        JobAction::Delete => "delete",
    }
}

/// State of several jobs as one.
pub(super) fn together(jobs: &[&JobRow]) -> JobState {
    let any = |state: JobState| jobs.iter().any(|job| job.state == state);
    let worst = [
        JobState::Failed,
        JobState::Timeout,
        JobState::Cancelled,
        JobState::Running,
    ]
    .into_iter();
    if let Some(state) = worst.into_iter().find(|state| any(*state)) {
        return state;
    }
    let done = jobs
        .iter()
        .filter(|job| job.state == JobState::Completed)
        .count();
    match done {
        0 if !jobs.is_empty() => JobState::Waiting,
        done if done == jobs.len() => JobState::Completed,
        _ => JobState::Running,
    }
}
