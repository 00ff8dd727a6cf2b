//! Jobs of tasks (table `min_job`), written whole, many in one statement.

use kubemin_objects::Kind;
use kubemin_ports::JobRow;
use kubemin_ports::store::StoreResult;
use kubemin_workflow::JobState;
use kubemin_workflow::plan::JobAction;

use crate::batch;
use crate::sql::{Connection, Fields, Value, values};

const COLUMNS: usize = 16;

/// Jobs of a task in plan order.
pub fn of(sql: &Connection, task_id: &str) -> StoreResult<Vec<JobRow>> {
    sql.rows(
        "SELECT place, step, component, kind, name, priority, action, state, reason, message, \
         changed, queued_ms, started_ms, finished_ms, attempt FROM min_job WHERE task_id = ? \
         ORDER BY place",
        &values![task_id],
        read,
    )
}

/// Writes jobs over those of the same place.
pub fn put(sql: &Connection, task_id: &str, jobs: &[JobRow]) -> StoreResult<()> {
    for jobs in jobs.chunks(batch::ROWS) {
        let statement = batch::values(
            "REPLACE INTO min_job (task_id, place, step, component, kind, name, priority, action, \
             state, reason, message, changed, queued_ms, started_ms, finished_ms, attempt)",
            jobs.len(),
            COLUMNS,
        );
        let rows: Vec<_> = jobs.iter().flat_map(|job| row(task_id, job)).collect();
        sql.run(&statement, &rows)?;
    }
    Ok(())
}

fn row<'a>(task_id: &'a str, job: &'a JobRow) -> [Value<'a>; COLUMNS] {
    values![
        task_id,
        job.index as i64,
        job.step as i64,
        &job.component,
        job.kind.name(),
        &job.name,
        i64::from(job.priority),
        action_word(job.action),
        job.state.as_str(),
        &job.reason,
        &job.message,
        job.changed,
        job.queued_ms,
        job.started_ms,
        job.finished_ms,
        i64::from(job.attempt),
    ]
}

fn read(fields: &mut Fields<'_>) -> StoreResult<JobRow> {
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
