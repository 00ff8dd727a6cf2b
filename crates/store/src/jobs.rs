//! Jobs of tasks (table `min_job`), written whole, many in one statement.

use kubemin_objects::Kind;
use kubemin_ports::JobRow;
use kubemin_ports::store::StoreResult;
use kubemin_workflow::JobState;
use kubemin_workflow::plan::JobAction;

use crate::batch;
use crate::error::unavailable;
use crate::sql::{Connection, Db, Fields, Row};

const COLUMNS: usize = 16;

/// Jobs of a task in plan order.
pub async fn of(sql: &mut Connection, task_id: &str) -> StoreResult<Vec<JobRow>> {
    let rows = sqlx::query::<Db>(
        "SELECT place, step, component, kind, name, priority, action, state, reason, message, changed, \
         queued_ms, started_ms, finished_ms, attempt FROM min_job WHERE task_id = ? ORDER BY place",
    )
    .bind(task_id)
    .fetch_all(sql)
    .await
    .map_err(unavailable)?;
    rows.iter().map(read).collect()
}

/// Writes jobs over those of the same place.
pub async fn put(sql: &mut Connection, task_id: &str, jobs: &[JobRow]) -> StoreResult<()> {
    for jobs in jobs.chunks(batch::ROWS) {
        let statement = batch::values(
            "REPLACE INTO min_job (task_id, place, step, component, kind, name, priority, action, state, reason, \
             message, changed, queued_ms, started_ms, finished_ms, attempt)",
            jobs.len(),
            COLUMNS,
        );
        jobs.iter()
            .fold(statement, |statement, job| bind(statement, task_id, job))
            .execute(&mut *sql)
            .await
            .map_err(unavailable)?;
    }
    Ok(())
}

fn bind<'q>(
    statement: batch::Statement<'q>,
    task_id: &'q str,
    job: &'q JobRow,
) -> batch::Statement<'q> {
    statement
        .bind(task_id)
        .bind(job.index as i64)
        .bind(job.step as i64)
        .bind(&job.component)
        .bind(job.kind.name())
        .bind(&job.name)
        .bind(i64::from(job.priority))
        .bind(action_word(job.action))
        .bind(job.state.as_str())
        .bind(&job.reason)
        .bind(&job.message)
        .bind(i64::from(job.changed))
        .bind(job.queued_ms)
        .bind(job.started_ms)
        .bind(job.finished_ms)
        .bind(i64::from(job.attempt))
}

fn read(row: &Row) -> StoreResult<JobRow> {
    let mut fields = Fields::of(row);
    Ok(JobRow {
        index: fields.number()?,
        step: fields.number()?,
        component: fields.text()?,
        kind: fields.word(Kind::from_name)?,
        name: fields.text()?,
        priority: fields.number()?,
        action: fields.word(action_from_word)?,
        state: fields.word(JobState::from_word)?,
        reason: fields.text()?,
        message: fields.text()?,
        changed: fields.flag()?,
        queued_ms: fields.number()?,
        started_ms: fields.number()?,
        finished_ms: fields.number()?,
        attempt: fields.number()?,
    })
}

fn action_word(action: JobAction) -> &'static str {
    match action {
        JobAction::Apply => "apply",
        JobAction::Delete => "delete",
    }
}

fn action_from_word(word: &str) -> Option<JobAction> {
    [JobAction::Apply, JobAction::Delete]
        .into_iter()
        .find(|action| action_word(*action) == word)
}
