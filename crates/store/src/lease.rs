//! How long a claim holds without a sign of life. Only the database's clock counts: those of replicas may differ.

use std::time::Duration;

use kubemin_ports::store::StoreResult;
use kubemin_ports::{ExpiredTask, HeldTask, RenewedTask};

use crate::batch;
use crate::sql::{Connection, Value, values};

/// Prolongs the leases of tasks that `owner` holds, in one statement each [`batch::MEMBERS`]. Answers those it still holds.
pub fn renew(
    sql: &Connection,
    owner: &str,
    held: &[HeldTask],
    lease: Duration,
) -> StoreResult<Vec<RenewedTask>> {
    let mut renewed = Vec::new();
    for held in held.chunks(batch::MEMBERS) {
        let (which, pairs) = which(owner, held);
        let mut values = Vec::from(values![millis(lease)]);
        values.extend(pairs);
        let statement =
            format!("UPDATE min_workflow_queue SET lease_until_ms = NOW_MS() + ? {which}");
        sql.run(&statement, &values)?;
        values.remove(0);
        let statement = format!("SELECT id, cancel_requested FROM min_workflow_queue {which}");
        renewed.extend(sql.rows(&statement, &values, |row| {
            Ok(RenewedTask {
                task_id: row.text()?,
                cancel_requested: row.flag()?,
            })
        })?);
    }
    Ok(renewed)
}

/// Taken tasks whose lease is over, the longest over first.
pub fn expired(sql: &Connection, limit: usize) -> StoreResult<Vec<ExpiredTask>> {
    sql.rows(
        "SELECT id, app_id, owner, fence FROM min_workflow_queue \
         WHERE state IN ('queued', 'running') AND lease_until_ms < NOW_MS() \
         ORDER BY lease_until_ms, id LIMIT ?",
        &values![limit as i64],
        |row| {
            Ok(ExpiredTask {
                task_id: row.text()?,
                app_id: row.text()?,
                owner: row.text()?,
                fence: row.number()?,
            })
        },
    )
}

/// Puts a taken task back among the waiting ones. Whoever had it is refused from now on.
pub fn release(sql: &Connection, task_id: &str, fence: i64) -> StoreResult<bool> {
    let released = sql.change(
        "UPDATE min_workflow_queue SET state = 'waiting', reason = '', message = '', owner = '', \
         fence = fence + 1, lease_until_ms = 0 \
         WHERE id = ? AND fence = ? AND state IN ('queued', 'running')",
        &values![task_id, fence],
    )?;
    Ok(released == 1)
}

/// As [`release`], when the lease is over.
pub fn reclaim(sql: &Connection, task_id: &str, fence: i64) -> StoreResult<bool> {
    let reclaimed = sql.change(
        "UPDATE min_workflow_queue SET state = 'waiting', reason = '', message = '', owner = '', \
         fence = fence + 1, lease_until_ms = 0 \
         WHERE id = ? AND fence = ? AND state IN ('queued', 'running') \
         AND lease_until_ms < NOW_MS()",
        &values![task_id, fence],
    )?;
    Ok(reclaimed == 1)
}

/// A lease in the unit of its column.
pub fn millis(lease: Duration) -> i64 {
    i64::try_from(lease.as_millis()).unwrap_or(i64::MAX / 2)
}

fn which<'a>(owner: &'a str, held: &'a [HeldTask]) -> (String, Vec<Value<'a>>) {
    let (tasks, pairs) = batch::any_of("(id = ? AND fence = ?)", held, |task| {
        values![&task.task_id, task.fence]
    });
    let mut values = Vec::from(values![owner]);
    values.extend(pairs);
    let which = format!("WHERE owner = ? AND state IN ('queued', 'running') AND ({tasks})");
    (which, values)
}
