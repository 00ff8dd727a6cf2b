//! Ending tasks before their time.

use kubemin_ports::StoreError;
use kubemin_ports::store::StoreResult;
use kubemin_workflow::TaskState;

use crate::sql::{Connection, values};
use crate::supersede::Active;
use crate::{queue, tasks};

/// Why and when a task is ended.
pub struct Ending<'a> {
    reason: &'a str,
    message: &'a str,
    now_ms: i64,
}

impl<'a> Ending<'a> {
    /// A CamelCase reason, a sentence for people, the time.
    pub fn new(reason: &'a str, message: &'a str, now_ms: i64) -> Self {
        Self {
            reason,
            message,
            now_ms,
        }
    }
}

/// Asks for a task's end by its id.
pub fn request(
    sql: &Connection,
    task_id: &str,
    reason: &str,
    now_ms: i64,
) -> StoreResult<TaskState> {
    let task = tasks::locked(sql, task_id)?;
    if task.state.is_terminal() {
        let message = format!("task {task_id} has ended already: {}", task.state.as_str());
        return Err(StoreError::Conflict(message));
    }
    let active = queue::active(sql, &task.app_id)?;
    let active = active
        .iter()
        .find(|active| active.id == task_id)
        .ok_or_else(|| tasks::missing(task_id))?;
    let ending = Ending::new(reason, "cancelled while nobody was working on it", now_ms);
    ask(sql, active, &ending)
}

/// Notes the request, and ends a task nobody works on at once. Answers the state it has then.
pub fn ask(sql: &Connection, task: &Active, ending: &Ending<'_>) -> StoreResult<TaskState> {
    // The first request keeps its reason.
    sql.run(
        "UPDATE min_workflow_queue SET cancel_requested = 1, cancel_reason = ? \
         WHERE id = ? AND cancel_requested = 0",
        &values![ending.reason, &task.id],
    )?;
    if !task.is_idle() {
        return Ok(task.state);
    }
    end(sql, &task.id, ending)?;
    Ok(TaskState::Cancelled)
}

/// Ends a task and its jobs at once. Whoever had claimed it is refused from now on.
pub fn end(sql: &Connection, task_id: &str, ending: &Ending<'_>) -> StoreResult<()> {
    sql.run(
        "UPDATE min_workflow_queue SET state = 'cancelled', reason = ?, message = ?, owner = '', \
         fence = fence + 1, finished_ms = ? \
         WHERE id = ? AND state IN ('waiting', 'queued', 'running', 'suspended')",
        &values![ending.reason, ending.message, ending.now_ms, task_id],
    )?;
    sql.run(
        "UPDATE min_job SET state = 'cancelled', finished_ms = ? \
         WHERE task_id = ? AND state IN ('waiting', 'queued', 'running')",
        &values![ending.now_ms, task_id],
    )
}
