//! Ending tasks before their time.

use kubemin_ports::StoreError;
use kubemin_ports::store::StoreResult;
use kubemin_workflow::TaskState;

use crate::error::unavailable;
use crate::sql::{Connection, Db};
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
pub async fn request(
    sql: &mut Connection,
    task_id: &str,
    reason: &str,
    now_ms: i64,
) -> StoreResult<TaskState> {
    let task = tasks::head(sql, task_id).await?;
    if task.state.is_terminal() {
        let message = format!("task {task_id} has ended already: {}", task.state.as_str());
        return Err(StoreError::Conflict(message));
    }
    let active = queue::active(sql, &task.app_id).await?;
    let active = active
        .iter()
        .find(|active| active.id == task_id)
        .ok_or_else(|| tasks::missing(task_id))?;
    let ending = Ending::new(reason, "cancelled while nobody was working on it", now_ms);
    ask(sql, active, &ending).await
}

/// Notes the request, and ends a task nobody works on at once. Answers the state it has then.
pub async fn ask(
    sql: &mut Connection,
    task: &Active,
    ending: &Ending<'_>,
) -> StoreResult<TaskState> {
    // The first request keeps its reason.
    sqlx::query::<Db>(
        "UPDATE min_workflow_queue SET cancel_requested = 1, cancel_reason = ? WHERE id = ? AND cancel_requested = 0",
    )
    .bind(ending.reason)
    .bind(&task.id)
    .execute(&mut *sql)
    .await
    .map_err(unavailable)?;
    if !task.is_idle() {
        return Ok(task.state);
    }
    end(sql, &task.id, ending).await?;
    Ok(TaskState::Cancelled)
}

/// Ends a task and its jobs at once. Whoever had claimed it is refused from now on.
pub async fn end(sql: &mut Connection, task_id: &str, ending: &Ending<'_>) -> StoreResult<()> {
    sqlx::query::<Db>(
        "UPDATE min_workflow_queue SET state = 'cancelled', reason = ?, message = ?, owner = '', \
         fence = fence + 1, finished_ms = ? \
         WHERE id = ? AND state IN ('waiting', 'queued', 'running', 'suspended')",
    )
    .bind(ending.reason)
    .bind(ending.message)
    .bind(ending.now_ms)
    .bind(task_id)
    .execute(&mut *sql)
    .await
    .map_err(unavailable)?;
    sqlx::query::<Db>(
        "UPDATE min_job SET state = 'cancelled', finished_ms = ? \
         WHERE task_id = ? AND state IN ('waiting', 'queued', 'running')",
    )
    .bind(ending.now_ms)
    .bind(task_id)
    .execute(sql)
    .await
    .map(|_| ())
    .map_err(unavailable)
}
