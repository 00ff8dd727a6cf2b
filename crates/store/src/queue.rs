//! Inserting tasks: decision 32 applied to the rows of an application.

use kubemin_ports::store::StoreResult;
use kubemin_ports::{NewTask, StoreError};
use kubemin_workflow::TaskState;

use crate::applications;
use crate::cancel::{self, Ending};
use crate::sql::{Connection, Fields, json, values};
use crate::supersede::{Active, admit};

/// Inserts a task for the application's current revision. Answers its id or that of the task that does the same.
pub fn add(sql: &Connection, app_id: &str, task: &NewTask, now_ms: i64) -> StoreResult<String> {
    let revision = current_revision(sql, app_id)?.ok_or_else(|| applications::missing(app_id))?;
    enqueue(sql, app_id, revision, task, now_ms)
}

/// Inserts a task for a revision, as [`add`].
pub fn enqueue(
    sql: &Connection,
    app_id: &str,
    revision: i64,
    task: &NewTask,
    now_ms: i64,
) -> StoreResult<String> {
    let active = active(sql, app_id)?;
    let admission = admit(&active, revision, task);
    for id in &admission.superseded {
        let message = format!("superseded by a newer request for revision {revision}");
        let ending = Ending::new("Superseded", &message, now_ms);
        cancel::end(sql, id, &ending)?;
    }
    for task in active
        .iter()
        .filter(|t| admission.cancelled.contains(&t.id))
    {
        let ending = Ending::new("Forced", "cancelled by a newer request with force", now_ms);
        cancel::ask(sql, task, &ending)?;
    }
    match admission.same {
        Some(id) => Ok(id),
        None => {
            insert(sql, app_id, revision, task, now_ms)?;
            Ok(task.id.clone())
        }
    }
}

/// Current revision of an application, when there is one. The application stays as it is to the end of the transaction, so
/// that tasks are added to it and removed with it one after another.
pub fn current_revision(sql: &Connection, app_id: &str) -> StoreResult<Option<i64>> {
    sql.row(
        "SELECT revision FROM min_applications WHERE id = ? FOR UPDATE",
        &values![app_id],
        |row| row.number(),
    )
}

/// Tasks of an application that have not ended, oldest first; they stay as they are to the end of the transaction.
pub fn active(sql: &Connection, app_id: &str) -> StoreResult<Vec<Active>> {
    sql.rows(
        "SELECT id, revision, state, cancel_requested, options, owner, started_ms \
         FROM min_workflow_queue \
         WHERE app_id = ? AND state IN ('waiting', 'queued', 'running', 'suspended') ORDER BY seq \
         FOR UPDATE",
        &values![app_id],
        read,
    )
}

fn read(fields: &mut Fields<'_>) -> StoreResult<Active> {
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

fn insert(
    sql: &Connection,
    app_id: &str,
    revision: i64,
    task: &NewTask,
    now_ms: i64,
) -> StoreResult<()> {
    sql.run(
        "INSERT INTO min_workflow_queue (id, app_id, seq, revision, state, reason, message, \
         cancel_requested, cancel_reason, deletion, options, owner, fence, attempt, created_ms, \
         started_ms, finished_ms, plan) \
         SELECT ?, ?, COALESCE(MAX(seq), 0) + 1, ?, 'waiting', '', '', 0, '', ?, ?, '', 0, 0, ?, \
         0, 0, '' FROM min_workflow_queue WHERE app_id = ?",
        &values![
            &task.id,
            app_id,
            revision,
            task.options.delete.is_some(),
            json(&task.options)?,
            now_ms,
            app_id
        ],
    )
    .map_err(|error| match error {
        StoreError::Conflict(_) => StoreError::Conflict(format!("task {} exists already", task.id)),
        error => error,
    })
}
