//! A task by component, as clients of the earlier API read it.

use kubemin_api_types as api;
use kubemin_ports::{JobRow, TaskRow};

use super::task::{action, together};

/// State of a task by component.
pub(crate) fn task_status(row: &TaskRow, application: &str) -> api::TaskStatus {
    let mut names: Vec<&str> = Vec::new();
    for job in &row.jobs {
        if !names.contains(&job.component.as_str()) {
            names.push(&job.component);
        }
    }
    api::TaskStatus {
        task_id: row.id.clone(),
        status: row.state.as_str().to_owned(),
        workflow_id: row.app_id.clone(),
        workflow_name: format!("{application}-workflow"),
        app_id: row.app_id.clone(),
        kind: action(&row.options).to_owned(),
        components: names.into_iter().map(|name| component(row, name)).collect(),
    }
}

fn component(row: &TaskRow, name: &str) -> api::TaskComponent {
    let jobs: Vec<&JobRow> = row
        .jobs
        .iter()
        .filter(|job| job.component == name)
        .collect();
    let main = jobs
        .iter()
        .find(|job| job.kind.is_workload())
        .or(jobs.first());
    let state = together(&jobs);
    let failed = jobs
        .iter()
        .find(|job| job.state == state && state.is_terminal() && !job.message.is_empty());
    let started = jobs
        .iter()
        .map(|job| job.started_ms)
        .filter(|ms| *ms > 0)
        .min();
    let ended = jobs
        .iter()
        .map(|job| job.finished_ms)
        .max()
        .filter(|_| state.is_terminal());
    api::TaskComponent {
        name: name.to_owned(),
        kind: main
            .map(|job| job.kind.name().to_owned())
            .unwrap_or_default(),
        status: state.as_str().to_owned(),
        error: failed.map(|job| job.message.clone()).unwrap_or_default(),
        start_time: started.unwrap_or_default() / 1000,
        end_time: ended.unwrap_or_default() / 1000,
    }
}
