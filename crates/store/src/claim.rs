//! Taking a task: compare-and-set on state and fence; one taken task per application (decisions 32, 33), which a unique
//! index holds whoever takes them.

use std::time::Duration;

use kubemin_ports::store::StoreResult;
use kubemin_ports::{StoreError, TaskRow};
use kubemin_workflow::TaskState;

use crate::lease;
use crate::sql::{Connection, values};
use crate::tasks;

/// Takes a task for `owner`. `None` when it is in another state than those of `from`, has ended, or another task of its
/// application is under way.
pub fn claim(
    sql: &Connection,
    task_id: &str,
    owner: &str,
    from: &[TaskState],
    lease: Duration,
) -> StoreResult<Option<TaskRow>> {
    // No lock: the write compares.
    let mut task = tasks::planned(sql, task_id)?;
    let fits = from.contains(&task.state) && !task.state.is_terminal();
    if !fits || !take(sql, &task, owner, lease)? {
        return Ok(None);
    }
    if !task.owner.is_empty() {
        // Its owner may have written until the task was taken from it.
        return tasks::whole(sql, task_id).map(Some);
    }
    task.state = TaskState::Queued;
    task.reason.clear();
    task.message.clear();
    task.owner = owner.to_owned();
    task.fence += 1;
    task.attempt += 1;
    tasks::add_jobs(sql, &mut task)?;
    Ok(Some(task))
}

fn take(sql: &Connection, task: &TaskRow, owner: &str, lease: Duration) -> StoreResult<bool> {
    let taken = sql.change(
        "UPDATE min_workflow_queue SET state = 'queued', reason = '', message = '', owner = ?, \
         fence = fence + 1, attempt = attempt + 1, lease_until_ms = NOW_MS() + ? \
         WHERE id = ? AND fence = ? AND state = ?",
        &values![
            owner,
            lease::millis(lease),
            &task.id,
            task.fence,
            task.state.as_str()
        ],
    );
    match taken {
        Ok(rows) => Ok(rows == 1),
        // Another task of the application is under way.
        Err(StoreError::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
