//! Trying a task again: a copy that keeps what was completed.

use kubemin_ports::store::StoreResult;
use kubemin_ports::{JobRow, NewTask, StoreError, TaskRow};
use kubemin_workflow::{JobState, TaskState};

use crate::sql::Connection;
use crate::{applications, jobs, queue, tasks};

/// Inserts a copy of a failed, timed out or cancelled task. Answers its id, or that of the active task that does the same.
pub fn retry(sql: &Connection, task_id: &str, new_id: &str, now_ms: i64) -> StoreResult<String> {
    let old = tasks::whole(sql, task_id)?;
    let current = queue::current_revision(sql, &old.app_id)?
        .ok_or_else(|| applications::missing(&old.app_id))?;
    check(&old, current)?;
    let task = NewTask {
        id: new_id.to_owned(),
        options: old.options.clone(),
        force: false,
    };
    let id = queue::enqueue(sql, &old.app_id, old.revision, &task, now_ms)?;
    if id == new_id
        && let Some(plan) = &old.plan
    {
        tasks::put_plan(sql, new_id, plan)?;
        jobs::put(sql, new_id, &again(old.jobs))?;
    }
    Ok(id)
}

fn check(old: &TaskRow, current: i64) -> StoreResult<()> {
    let id = &old.id;
    let refusal = match old.state {
        TaskState::Failed | TaskState::Timeout | TaskState::Cancelled
            if old.revision == current =>
        {
            return Ok(());
        }
        TaskState::Failed | TaskState::Timeout | TaskState::Cancelled => format!(
            "task {id} deploys revision {}, the application is at revision {current}: apply or roll back instead",
            old.revision
        ),
        state => format!(
            "task {id} is {}: only a failed, timed out or cancelled task can be retried",
            state.as_str()
        ),
    };
    Err(StoreError::Conflict(refusal))
}

/// Completed jobs stay, all others wait again.
fn again(jobs: Vec<JobRow>) -> Vec<JobRow> {
    let reset = |job: JobRow| match job.state {
        JobState::Completed => job,
        _ => JobRow {
            state: JobState::Waiting,
            reason: String::new(),
            message: String::new(),
            changed: false,
            queued_ms: 0,
            started_ms: 0,
            finished_ms: 0,
            ..job
        },
    };
    jobs.into_iter().map(reset).collect()
}
