//! Progress of a claimed task, written under its fencing number.

use kubemin_ports::store::StoreResult;
use kubemin_ports::{StoreError, TaskPatch};
use kubemin_workflow::TaskState;

use crate::error::unavailable;
use crate::sql::{Connection, Db, Fields};
use crate::{components, inventory, jobs, tasks};

/// What a write must know about the stored task.
struct Standing {
    app_id: String,
    state: TaskState,
    fence: i64,
    cancel_requested: bool,
    cancel_reason: String,
}

/// Writes a patch. Answers whether somebody asked to cancel the task.
pub async fn record(
    sql: &mut Connection,
    task_id: &str,
    fence: i64,
    patch: &TaskPatch,
    now_ms: i64,
) -> StoreResult<bool> {
    let standing = standing(sql, task_id).await?;
    let taken = matches!(standing.state, TaskState::Queued | TaskState::Running);
    if !taken || standing.fence != fence {
        return Err(StoreError::Fenced(task_id.to_owned()));
    }
    if touches_task(patch) {
        put_state(sql, task_id, &standing, patch, now_ms).await?;
    }
    if let Some(plan) = &patch.plan {
        tasks::put_plan(sql, task_id, plan).await?;
    }
    jobs::put(sql, task_id, &patch.jobs).await?;
    if let Some(inventory) = &patch.inventory {
        inventory::put(sql, &standing.app_id, inventory).await?;
    }
    components::put(sql, &patch.components).await?;
    Ok(standing.cancel_requested)
}

fn touches_task(patch: &TaskPatch) -> bool {
    patch.state.is_some()
        || patch.cause.is_some()
        || patch.started_ms.is_some()
        || patch.finished_ms.is_some()
}

async fn standing(sql: &mut Connection, task_id: &str) -> StoreResult<Standing> {
    let row = sqlx::query::<Db>(
        "SELECT app_id, state, fence, cancel_requested, cancel_reason FROM min_workflow_queue WHERE id = ?",
    )
    .bind(task_id)
    .fetch_optional(sql)
    .await
    .map_err(unavailable)?
    .ok_or_else(|| tasks::missing(task_id))?;
    let mut fields = Fields::of(&row);
    Ok(Standing {
        app_id: fields.text()?,
        state: fields.word(TaskState::from_word)?,
        fence: fields.number()?,
        cancel_requested: fields.flag()?,
        cancel_reason: fields.text()?,
    })
}

async fn put_state(
    sql: &mut Connection,
    task_id: &str,
    standing: &Standing,
    patch: &TaskPatch,
    now_ms: i64,
) -> StoreResult<()> {
    let state = patch.state.unwrap_or(standing.state);
    let requested = (standing.cancel_reason.clone(), String::new());
    let cause = match (&patch.cause, patch.state) {
        (Some(cause), _) => Some(cause),
        (None, Some(TaskState::Cancelled)) => Some(&requested),
        (None, _) => None,
    };
    let finished_ms = patch.finished_ms.or(state.is_terminal().then_some(now_ms));
    // COALESCE keeps what the patch leaves out; a task that is not taken has no owner.
    let written = sqlx::query::<Db>(
        "UPDATE min_workflow_queue SET state = ?, reason = COALESCE(?, reason), message = COALESCE(?, message), \
         started_ms = COALESCE(?, started_ms), finished_ms = COALESCE(?, finished_ms), \
         owner = CASE WHEN ? = 1 THEN '' ELSE owner END WHERE id = ? AND fence = ? AND state = ?",
    )
    .bind(state.as_str())
    .bind(cause.map(|(reason, _)| reason.as_str()))
    .bind(cause.map(|(_, message)| message.as_str()))
    .bind(patch.started_ms)
    .bind(finished_ms)
    .bind(i64::from(matches!(
        state,
        TaskState::Waiting | TaskState::Suspended
    )))
    .bind(task_id)
    .bind(standing.fence)
    .bind(standing.state.as_str())
    .execute(sql)
    .await
    .map_err(unavailable)?;
    match written.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Fenced(task_id.to_owned())),
    }
}
