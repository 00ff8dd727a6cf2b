//! Taking a task: compare-and-set on state and fence, one taken task per application (decisions 32, 33).

use kubemin_ports::TaskRow;
use kubemin_ports::store::StoreResult;
use kubemin_workflow::TaskState;

use crate::sql::{Connection, values};
use crate::tasks;

/// Takes a task for `owner`. `None` when it is in another state than those of `from`, has ended, or another task of its
/// application is under way.
pub fn claim(
    sql: &Connection,
    task_id: &str,
    owner: &str,
    from: &[TaskState],
) -> StoreResult<Option<TaskRow>> {
    let mut task = tasks::whole(sql, task_id)?;
    let fits = from.contains(&task.state) && !task.state.is_terminal();
    if !fits || other_under_way(sql, &task)? {
        return Ok(None);
    }
    let taken = sql.change(
        "UPDATE min_workflow_queue SET state = 'queued', reason = '', message = '', owner = ?, \
         fence = fence + 1, attempt = attempt + 1 WHERE id = ? AND fence = ? AND state = ?",
        &values![owner, task_id, task.fence, task.state.as_str()],
    )?;
    if taken == 0 {
        return Ok(None);
    }
    task.state = TaskState::Queued;
    task.reason.clear();
    task.message.clear();
    task.owner = owner.to_owned();
    task.fence += 1;
    task.attempt += 1;
    Ok(Some(task))
}

fn other_under_way(sql: &Connection, task: &TaskRow) -> StoreResult<bool> {
    let others = sql.row(
        "SELECT COUNT(*) FROM min_workflow_queue \
         WHERE app_id = ? AND state IN ('queued', 'running') AND id <> ?",
        &values![&task.app_id, &task.id],
        |row| row.flag(),
    )?;
    Ok(others == Some(true))
}
