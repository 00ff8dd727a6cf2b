//! Inserting tasks: decision 32 applied to the rows of an application.

use kubemin_ports::store::StoreResult;
use kubemin_ports::{NewTask, StoreError};
use kubemin_workflow::TaskState;

use crate::applications;
use crate::cancel::{self, Ending};
use crate::error::unavailable;
use crate::sql::{Connection, Db, Fields, Row, json};
use crate::supersede::{Active, admit};

/// Inserts a task for the application's current revision. Answers its id or that of the task that does the same.
pub async fn add(
    sql: &mut Connection,
    app_id: &str,
    task: &NewTask,
    now_ms: i64,
) -> StoreResult<String> {
    let revision = current_revision(sql, app_id)
        .await?
        .ok_or_else(|| applications::missing(app_id))?;
    enqueue(sql, app_id, revision, task, now_ms).await
}

/// Inserts a task for a revision, as [`add`].
pub async fn enqueue(
    sql: &mut Connection,
    app_id: &str,
    revision: i64,
    task: &NewTask,
    now_ms: i64,
) -> StoreResult<String> {
    let active = active(sql, app_id).await?;
    let admission = admit(&active, revision, task);
    for id in &admission.superseded {
        let message = format!("superseded by a newer request for revision {revision}");
        let ending = Ending::new("Superseded", &message, now_ms);
        cancel::end(sql, id, &ending).await?;
    }
    for task in active
        .iter()
        .filter(|t| admission.cancelled.contains(&t.id))
    {
        let ending = Ending::new("Forced", "cancelled by a newer request with force", now_ms);
        cancel::ask(sql, task, &ending).await?;
    }
    match admission.same {
        Some(id) => Ok(id),
        None => {
            insert(sql, app_id, revision, task, now_ms).await?;
            Ok(task.id.clone())
        }
    }
}

/// Current revision of an application, when there is one.
pub async fn current_revision(sql: &mut Connection, app_id: &str) -> StoreResult<Option<i64>> {
    let row = sqlx::query::<Db>("SELECT revision FROM min_applications WHERE id = ?")
        .bind(app_id)
        .fetch_optional(sql)
        .await
        .map_err(unavailable)?;
    row.map(|row| Fields::of(&row).number()).transpose()
}

/// Tasks of an application that have not ended, oldest first.
pub async fn active(sql: &mut Connection, app_id: &str) -> StoreResult<Vec<Active>> {
    let rows = sqlx::query::<Db>(
        "SELECT id, revision, state, cancel_requested, options, owner, started_ms FROM min_workflow_queue \
         WHERE app_id = ? AND state IN ('waiting', 'queued', 'running', 'suspended') ORDER BY seq",
    )
    .bind(app_id)
    .fetch_all(sql)
    .await
    .map_err(unavailable)?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> StoreResult<Active> {
    let mut fields = Fields::of(row);
    Ok(Active {
        id: fields.text()?,
        revision: fields.number()?,
        state: fields.word(TaskState::from_word)?,
        cancel_requested: fields.flag()?,
        options: fields.json()?,
        owner: fields.text()?,
        started_ms: fields.number()?,
    })
}

async fn insert(
    sql: &mut Connection,
    app_id: &str,
    revision: i64,
    task: &NewTask,
    now_ms: i64,
) -> StoreResult<()> {
    sqlx::query::<Db>(
        "INSERT INTO min_workflow_queue (id, app_id, seq, revision, state, reason, message, cancel_requested, \
         cancel_reason, deletion, options, owner, fence, attempt, created_ms, started_ms, finished_ms, plan) \
         SELECT ?, ?, COALESCE(MAX(seq), 0) + 1, ?, 'waiting', '', '', 0, '', ?, ?, '', 0, 0, ?, 0, 0, '' \
         FROM min_workflow_queue WHERE app_id = ?",
    )
    .bind(&task.id)
    .bind(app_id)
    .bind(revision)
    .bind(i64::from(task.options.delete.is_some()))
    .bind(json(&task.options)?)
    .bind(now_ms)
    .bind(app_id)
    .execute(sql)
    .await
    .map(|_| ())
    .map_err(|error| match unavailable(error) {
        StoreError::Conflict(_) => StoreError::Conflict(format!("task {} exists already", task.id)),
        error => error,
    })
}
