//! Reading tasks (table `min_workflow_queue`).

use kubemin_ports::store::StoreResult;
use kubemin_ports::{StoreError, TaskRow, WaitingTask};
use kubemin_workflow::{Plan, TaskState};

use crate::error::corrupt;
use crate::jobs;
use crate::sql::{Connection, Fields, json, values};

macro_rules! head {
    ($rest:literal) => {
        concat!(
            "SELECT id, app_id, revision, state, reason, message, cancel_requested, options, \
             owner, fence, attempt, ",
            "created_ms, started_ms, finished_ms",
            $rest
        )
    };
}

/// A task with plan and jobs.
pub fn whole(sql: &Connection, id: &str) -> StoreResult<TaskRow> {
    let mut task = planned(sql, id)?;
    add_jobs(sql, &mut task)?;
    Ok(task)
}

/// A task with its plan, without jobs.
pub fn planned(sql: &Connection, id: &str) -> StoreResult<TaskRow> {
    let (mut task, plan) = sql
        .row(
            head!(", plan FROM min_workflow_queue WHERE id = ?"),
            &values![id],
            |row| Ok((read(row)?, row.text()?)),
        )?
        .ok_or_else(|| missing(id))?;
    if !plan.is_empty() {
        task.plan = Some(serde_json::from_str(&plan).map_err(|error| corrupt("plan", error))?);
    }
    Ok(task)
}

/// Reads the jobs of a task. They come with the plan, never before it.
pub fn add_jobs(sql: &Connection, task: &mut TaskRow) -> StoreResult<()> {
    if task.plan.is_some() {
        task.jobs = jobs::of(sql, &task.id)?;
    }
    Ok(())
}

/// A task without plan and jobs, which stays as it is to the end of the transaction.
pub fn locked(sql: &Connection, id: &str) -> StoreResult<TaskRow> {
    sql.row(
        head!(" FROM min_workflow_queue WHERE id = ? FOR UPDATE"),
        &values![id],
        read,
    )?
    .ok_or_else(|| missing(id))
}

/// The newest tasks of an application, without plans and jobs.
pub fn newest(sql: &Connection, app_id: &str, limit: usize) -> StoreResult<Vec<TaskRow>> {
    sql.rows(
        head!(" FROM min_workflow_queue WHERE app_id = ? ORDER BY seq DESC LIMIT ?"),
        &values![app_id, limit as i64],
        read,
    )
}

/// Ids and applications of tasks in one of these states, oldest first.
pub fn in_states(
    sql: &Connection,
    states: &[TaskState],
    limit: usize,
) -> StoreResult<Vec<(String, String)>> {
    let mut found = Vec::new();
    for state in states {
        let rows = sql.rows(
            "SELECT created_ms, seq, id, app_id FROM min_workflow_queue WHERE state = ? \
             ORDER BY created_ms, seq LIMIT ?",
            &values![state.as_str(), limit as i64],
            place,
        )?;
        found.extend(rows);
    }
    found.sort();
    found.truncate(limit);
    Ok(found.into_iter().map(|(_, _, id, app)| (id, app)).collect())
}

/// Tasks that may be claimed, namespaces in turns (decision 34).
pub fn waiting(sql: &Connection, limit: usize) -> StoreResult<Vec<WaitingTask>> {
    sql.rows(
        "SELECT id, namespace FROM (SELECT task.id, COALESCE(app.namespace, '') AS namespace, task.created_ms, task.seq, \
         ROW_NUMBER() OVER (PARTITION BY app.namespace ORDER BY task.created_ms, task.seq) AS turn \
         FROM min_workflow_queue task LEFT JOIN min_applications app ON app.id = task.app_id \
         WHERE task.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM min_workflow_queue other \
         WHERE other.app_id = task.app_id AND other.state IN ('queued', 'running'))) candidates \
         ORDER BY turn, created_ms, seq LIMIT ?",
        &values![limit as i64],
        |fields| {
            Ok(WaitingTask {
                id: fields.text()?,
                namespace: fields.text()?,
            })
        },
    )
}

/// Sets the plan of a task.
pub fn put_plan(sql: &Connection, task_id: &str, plan: &Plan) -> StoreResult<()> {
    sql.run(
        "UPDATE min_workflow_queue SET plan = ? WHERE id = ?",
        &values![json(plan)?, task_id],
    )
}

/// No such task.
pub fn missing(id: &str) -> StoreError {
    StoreError::NotFound(format!("task {id}"))
}

fn place(fields: &mut Fields<'_>) -> StoreResult<(i64, i64, String, String)> {
    Ok((
        fields.number()?,
        fields.number()?,
        fields.text()?,
        fields.text()?,
    ))
}

fn read(fields: &mut Fields<'_>) -> StoreResult<TaskRow> {
    Ok(TaskRow {
        id: fields.text()?,
        app_id: fields.text()?,
        revision: fields.number()?,
        state: fields.word(TaskState::from_word)?,
        reason: fields.text()?,
        message: fields.text()?,
        cancel_requested: fields.flag()?,
        options: fields.json()?,
        owner: fields.text()?,
        fence: fields.number()?,
        attempt: fields.number()?,
        created_ms: fields.number()?,
        started_ms: fields.number()?,
        finished_ms: fields.number()?,
        plan: None,
        jobs: Vec::new(),
    })
}
