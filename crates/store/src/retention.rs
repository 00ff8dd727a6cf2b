//! What is kept of the past: old revisions and finished tasks go, a few in one short transaction.
//!
//! Rows are chosen first and removed by their keys: MySQL cannot select from the table it deletes from.

use kubemin_ports::Retention;
use kubemin_ports::store::StoreResult;

use crate::sql::{Connection, values};

/// Tasks, and revisions, that one transaction removes: it takes milliseconds, and others wait no longer.
const AT_ONCE: usize = 20;
/// Applications that one search finds; those with the most rows come first.
const FOUND: i64 = 1000;

/// Applications with more rows than are kept, those that are gone from the table of applications included.
pub fn overdue(sql: &Connection, keep: Retention) -> StoreResult<Vec<String>> {
    let mut found = Vec::new();
    if keep.tasks > 0 {
        found = sql.rows(
            "SELECT app_id FROM min_workflow_queue GROUP BY app_id HAVING COUNT(*) > ? \
             ORDER BY COUNT(*) DESC, app_id LIMIT ?",
            &values![i64::from(keep.tasks), FOUND],
            |row| row.text(),
        )?;
    }
    if keep.revisions > 0 {
        found.extend(sql.rows(
            "SELECT app_id FROM min_application_revisions GROUP BY app_id HAVING COUNT(*) > ? \
             ORDER BY COUNT(*) DESC, app_id LIMIT ?",
            &values![i64::from(keep.revisions), FOUND],
            |row| row.text(),
        )?);
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Removes some of an application's past. Answers how many tasks and revisions went.
pub fn prune(sql: &Connection, app_id: &str, keep: Retention) -> StoreResult<usize> {
    let needed = needed(sql, app_id)?;
    let mut gone = 0;
    if keep.tasks > 0 {
        for id in old_tasks(sql, app_id, keep.tasks, &needed)? {
            remove_task(sql, app_id, &id)?;
            gone += 1;
        }
    }
    if keep.revisions > 0 {
        for revision in old_revisions(sql, app_id, keep.revisions, &needed)? {
            sql.run(
                "DELETE FROM min_application_revisions WHERE app_id = ? AND revision = ?",
                &values![app_id, revision],
            )?;
            gone += 1;
        }
    }
    Ok(gone)
}

/// Removes some records of deletions of applications that are gone: as many are kept of all of them together as of one
/// application's tasks. Answers how many went.
pub fn prune_gone(sql: &Connection, keep: Retention) -> StoreResult<usize> {
    if keep.tasks == 0 {
        return Ok(0);
    }
    let old = sql.rows(
        "SELECT id, app_id FROM min_workflow_queue \
         WHERE app_id NOT IN (SELECT id FROM min_applications) \
         AND state NOT IN ('waiting', 'queued', 'running', 'suspended') \
         ORDER BY created_ms DESC, id LIMIT ? OFFSET ?",
        &values![AT_ONCE as i64, i64::from(keep.tasks)],
        |row| Ok((row.text()?, row.text()?)),
    )?;
    for (id, app_id) in &old {
        remove_task(sql, app_id, id)?;
    }
    Ok(old.len())
}

/// Number and revision of the newest completed deployments of two revisions: what runs, and what a rollback goes back to.
fn needed(sql: &Connection, app_id: &str) -> StoreResult<Vec<(i64, i64)>> {
    sql.rows(
        "SELECT MAX(seq) AS newest, revision FROM min_workflow_queue \
         WHERE app_id = ? AND state = 'completed' AND deletion = 0 \
         GROUP BY revision ORDER BY newest DESC LIMIT 2",
        &values![app_id],
        |row| Ok((row.number()?, row.number()?)),
    )
}

/// Finished tasks before the newest `keep`, oldest first; never one that is needed.
fn old_tasks(
    sql: &Connection,
    app_id: &str,
    keep: u32,
    needed: &[(i64, i64)],
) -> StoreResult<Vec<String>> {
    let oldest_kept = sql.row(
        "SELECT seq FROM min_workflow_queue \
         WHERE app_id = ? AND state NOT IN ('waiting', 'queued', 'running', 'suspended') \
         ORDER BY seq DESC LIMIT 1 OFFSET ?",
        &values![app_id, i64::from(keep) - 1],
        |row| row.number::<i64>(),
    )?;
    let Some(oldest_kept) = oldest_kept else {
        return Ok(Vec::new());
    };
    let old = sql.rows(
        "SELECT seq, id FROM min_workflow_queue WHERE app_id = ? AND seq < ? \
         AND state NOT IN ('waiting', 'queued', 'running', 'suspended') ORDER BY seq LIMIT ?",
        &values![app_id, oldest_kept, (AT_ONCE + needed.len()) as i64],
        |row| Ok((row.number::<i64>()?, row.text()?)),
    )?;
    Ok(old
        .into_iter()
        .filter(|(seq, _)| needed.iter().all(|(needed, _)| needed != seq))
        .take(AT_ONCE)
        .map(|(_, id)| id)
        .collect())
}

/// A task with its jobs and events.
fn remove_task(sql: &Connection, app_id: &str, id: &str) -> StoreResult<()> {
    sql.run("DELETE FROM min_job WHERE task_id = ?", &values![id])?;
    sql.run(
        "DELETE FROM min_events WHERE app_id = ? AND task_id = ?",
        &values![app_id, id],
    )?;
    sql.run("DELETE FROM min_workflow_queue WHERE id = ?", &values![id])
}

/// Revisions before the newest `keep`, oldest first; never one that is needed or that a task is about to deploy.
fn old_revisions(
    sql: &Connection,
    app_id: &str,
    keep: u32,
    needed: &[(i64, i64)],
) -> StoreResult<Vec<i64>> {
    let oldest_kept = sql.row(
        "SELECT revision FROM min_application_revisions WHERE app_id = ? \
         ORDER BY revision DESC LIMIT 1 OFFSET ?",
        &values![app_id, i64::from(keep) - 1],
        |row| row.number::<i64>(),
    )?;
    let Some(oldest_kept) = oldest_kept else {
        return Ok(Vec::new());
    };
    let mut wanted = sql.rows(
        "SELECT revision FROM min_workflow_queue \
         WHERE app_id = ? AND state IN ('waiting', 'queued', 'running', 'suspended')",
        &values![app_id],
        |row| row.number::<i64>(),
    )?;
    wanted.extend(needed.iter().map(|(_, revision)| revision));
    let old = sql.rows(
        "SELECT revision FROM min_application_revisions WHERE app_id = ? AND revision < ? \
         ORDER BY revision LIMIT ?",
        &values![app_id, oldest_kept, (AT_ONCE + wanted.len()) as i64],
        |row| row.number::<i64>(),
    )?;
    Ok(old
        .into_iter()
        .filter(|revision| !wanted.contains(revision))
        .take(AT_ONCE)
        .collect())
}
