//! Reading tasks (table `min_workflow_queue`).

use kubemin_ports::store::StoreResult;
use kubemin_ports::{StoreError, TaskRow};
use kubemin_workflow::{Plan, TaskState};

use crate::error::{corrupt, unavailable};
use crate::jobs;
use crate::sql::{Connection, Db, Fields, Row, json};

macro_rules! head {
    ($rest:literal) => {
        concat!(
            "SELECT id, app_id, revision, state, reason, message, cancel_requested, options, owner, fence, attempt, ",
            "created_ms, started_ms, finished_ms",
            $rest
        )
    };
}

/// A task with plan and jobs.
pub async fn whole(sql: &mut Connection, id: &str) -> StoreResult<TaskRow> {
    let row = sqlx::query::<Db>(head!(", plan FROM min_workflow_queue WHERE id = ?"))
        .bind(id)
        .fetch_optional(&mut *sql)
        .await
        .map_err(unavailable)?
        .ok_or_else(|| missing(id))?;
    let mut fields = Fields::of(&row);
    let mut task = read(&mut fields)?;
    let plan = fields.text()?;
    if !plan.is_empty() {
        task.plan = Some(serde_json::from_str(&plan).map_err(|error| corrupt("plan", error))?);
        // Jobs come with the plan, never before it.
        task.jobs = jobs::of(sql, id).await?;
    }
    Ok(task)
}

/// A task without plan and jobs.
pub async fn head(sql: &mut Connection, id: &str) -> StoreResult<TaskRow> {
    sqlx::query::<Db>(head!(" FROM min_workflow_queue WHERE id = ?"))
        .bind(id)
        .fetch_optional(sql)
        .await
        .map_err(unavailable)?
        .map(|row| read(&mut Fields::of(&row)))
        .ok_or_else(|| missing(id))?
}

/// The newest tasks of an application, without plans and jobs.
pub async fn newest(sql: &mut Connection, app_id: &str, limit: usize) -> StoreResult<Vec<TaskRow>> {
    let rows = sqlx::query::<Db>(head!(
        " FROM min_workflow_queue WHERE app_id = ? ORDER BY seq DESC LIMIT ?"
    ))
    .bind(app_id)
    .bind(limit as i64)
    .fetch_all(sql)
    .await
    .map_err(unavailable)?;
    rows.iter().map(|row| read(&mut Fields::of(row))).collect()
}

/// Ids and applications of tasks in one of these states, oldest first.
pub async fn in_states(
    sql: &mut Connection,
    states: &[TaskState],
    limit: usize,
) -> StoreResult<Vec<(String, String)>> {
    let mut found = Vec::new();
    for state in states {
        let rows = sqlx::query::<Db>(
            "SELECT created_ms, seq, id, app_id FROM min_workflow_queue WHERE state = ? \
             ORDER BY created_ms, seq LIMIT ?",
        )
        .bind(state.as_str())
        .bind(limit as i64)
        .fetch_all(&mut *sql)
        .await
        .map_err(unavailable)?;
        let rows: Vec<_> = rows.iter().map(place).collect::<StoreResult<_>>()?;
        found.extend(rows);
    }
    found.sort();
    found.truncate(limit);
    Ok(found.into_iter().map(|(_, _, id, app)| (id, app)).collect())
}

/// Sets the plan of a task.
pub async fn put_plan(sql: &mut Connection, task_id: &str, plan: &Plan) -> StoreResult<()> {
    sqlx::query::<Db>("UPDATE min_workflow_queue SET plan = ? WHERE id = ?")
        .bind(json(plan)?)
        .bind(task_id)
        .execute(sql)
        .await
        .map(|_| ())
        .map_err(unavailable)
}

/// No such task.
pub fn missing(id: &str) -> StoreError {
    StoreError::NotFound(format!("task {id}"))
}

fn place(row: &Row) -> StoreResult<(i64, i64, String, String)> {
    let mut fields = Fields::of(row);
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
