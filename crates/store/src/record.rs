//! Progress of a claimed task, written under its fencing number.

use kubemin_ports::store::StoreResult;
use kubemin_ports::{StoreError, TaskPatch};
use kubemin_workflow::TaskState;

use crate::sql::{Connection, values};
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
pub fn record(
    sql: &Connection,
    task_id: &str,
    fence: i64,
    patch: &TaskPatch,
    now_ms: i64,
) -> StoreResult<bool> {
    let standing = standing(sql, task_id)?;
    let taken = matches!(standing.state, TaskState::Queued | TaskState::Running);
    if !taken || standing.fence != fence {
        return Err(StoreError::Fenced(task_id.to_owned()));
    }
    if touches_task(patch) {
        put_state(sql, task_id, &standing, patch, now_ms)?;
    }
    if let Some(plan) = &patch.plan {
        tasks::put_plan(sql, task_id, plan)?;
    }
    jobs::put(sql, task_id, &patch.jobs)?;
    if let Some(inventory) = &patch.inventory {
        inventory::put(sql, &standing.app_id, inventory)?;
    }
    components::put(sql, &patch.components)?;
    Ok(standing.cancel_requested)
}

fn touches_task(patch: &TaskPatch) -> bool {
    patch.state.is_some()
        || patch.cause.is_some()
        || patch.started_ms.is_some()
        || patch.finished_ms.is_some()
}

fn standing(sql: &Connection, task_id: &str) -> StoreResult<Standing> {
    let standing = sql.row(
        "SELECT app_id, state, fence, cancel_requested, cancel_reason FROM min_workflow_queue \
         WHERE id = ? FOR UPDATE",
        &values![task_id],
        |row| {
            Ok(Standing {
                app_id: row.text()?,
                state: row.word(TaskState::from_word)?,
                fence: row.number()?,
                cancel_requested: row.flag()?,
                cancel_reason: row.text()?,
            })
        },
    )?;
    standing.ok_or_else(|| tasks::missing(task_id))
}

fn put_state(
    sql: &Connection,
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
    let written = sql.change(
        "UPDATE min_workflow_queue SET state = ?, reason = COALESCE(?, reason), message = \
         COALESCE(?, message), started_ms = COALESCE(?, started_ms), finished_ms = COALESCE(?, \
         finished_ms), owner = CASE WHEN ? = 1 THEN '' ELSE owner END \
         WHERE id = ? AND fence = ? AND state = ?",
        &values![
            state.as_str(),
            cause.map(|(reason, _)| reason.as_str()),
            cause.map(|(_, message)| message.as_str()),
            patch.started_ms,
            finished_ms,
            matches!(state, TaskState::Waiting | TaskState::Suspended),
            task_id,
            standing.fence,
            standing.state.as_str()
        ],
    )?;
    match written {
        1 => Ok(()),
        _ => Err(StoreError::Fenced(task_id.to_owned())),
    }
}
