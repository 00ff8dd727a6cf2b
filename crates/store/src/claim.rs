//! Taking a task: compare-and-set on state and fence, one taken task per application (decisions 32, 33).

use kubemin_ports::TaskRow;
use kubemin_ports::store::StoreResult;
use kubemin_workflow::TaskState;

use crate::error::unavailable;
use crate::sql::{Connection, Db, Fields};
use crate::tasks;

/// Takes a task for `owner`. `None` when it is in another state than those of `from`, has ended, or another task of its
/// application is under way.
pub async fn claim(
    sql: &mut Connection,
    task_id: &str,
    owner: &str,
    from: &[TaskState],
) -> StoreResult<Option<TaskRow>> {
    let mut task = tasks::whole(sql, task_id).await?;
    let fits = from.contains(&task.state) && !task.state.is_terminal();
    if !fits || other_under_way(sql, &task).await? {
        return Ok(None);
    }
    let taken = sqlx::query::<Db>(
        "UPDATE min_workflow_queue SET state = 'queued', reason = '', message = '', owner = ?, \
         fence = fence + 1, attempt = attempt + 1 WHERE id = ? AND fence = ? AND state = ?",
    )
    .bind(owner)
    .bind(task_id)
    .bind(task.fence)
    .bind(task.state.as_str())
    .execute(sql)
    .await
    .map_err(unavailable)?;
    if taken.rows_affected() == 0 {
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

async fn other_under_way(sql: &mut Connection, task: &TaskRow) -> StoreResult<bool> {
    let row = sqlx::query::<Db>(
        "SELECT COUNT(*) FROM min_workflow_queue \
         WHERE app_id = ? AND state IN ('queued', 'running') AND id <> ?",
    )
    .bind(&task.app_id)
    .bind(&task.id)
    .fetch_one(sql)
    .await
    .map_err(unavailable)?;
    Fields::of(&row).flag()
}
