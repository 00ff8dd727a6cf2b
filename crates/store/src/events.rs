//! Events of applications (table `min_events`); the newest 500 of each are kept.

use std::collections::BTreeSet;

use kubemin_ports::EventRow;
use kubemin_ports::store::StoreResult;

use crate::sql::{Connection, Fields, Value, values};
use crate::{batch, meta};

const KEPT: i64 = 500;
const COLUMNS: usize = 8;

/// Appends events under new numbers.
pub fn add(sql: &Connection, events: &[EventRow]) -> StoreResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    let last = meta::count(sql, meta::LAST_EVENT, events.len() as i64)?;
    let mut id = last - events.len() as i64;
    for events in events.chunks(batch::ROWS) {
        let statement = batch::values(
            "INSERT INTO min_events (id, app_id, task_id, component, warning, reason, message, \
             at_ms)",
            events.len(),
            COLUMNS,
        );
        let mut rows = Vec::with_capacity(events.len() * COLUMNS);
        for event in events {
            id += 1;
            rows.extend(row(id, event));
        }
        sql.run(&statement, &rows)?;
    }
    let applications: BTreeSet<_> = events.iter().map(|event| &event.app_id).collect();
    for app_id in applications {
        trim(sql, app_id)?;
    }
    Ok(())
}

/// Events of an application after a number, oldest first.
pub fn after(
    sql: &Connection,
    app_id: &str,
    after: i64,
    limit: usize,
) -> StoreResult<Vec<EventRow>> {
    sql.rows(
        "SELECT id, app_id, task_id, component, warning, reason, message, at_ms FROM min_events \
         WHERE app_id = ? AND id > ? ORDER BY id LIMIT ?",
        &values![app_id, after, limit as i64],
        read,
    )
}

/// Deletes what is older than the newest [`KEPT`]. Two statements: MySQL cannot select from the table it deletes from.
fn trim(sql: &Connection, app_id: &str) -> StoreResult<()> {
    let oldest = sql.row(
        "SELECT id FROM min_events WHERE app_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?",
        &values![app_id, KEPT],
        |row| row.number::<i64>(),
    )?;
    let Some(last) = oldest else {
        return Ok(());
    };
    sql.run(
        "DELETE FROM min_events WHERE app_id = ? AND id <= ?",
        &values![app_id, last],
    )
}

fn row(id: i64, event: &EventRow) -> [Value<'_>; COLUMNS] {
    values![
        id,
        &event.app_id,
        &event.task_id,
        &event.component,
        event.warning,
        &event.reason,
        &event.message,
        event.at_ms,
    ]
}

fn read(fields: &mut Fields<'_>) -> StoreResult<EventRow> {
    Ok(EventRow {
        id: fields.number()?,
        app_id: fields.text()?,
        task_id: fields.text()?,
        component: fields.text()?,
        warning: fields.flag()?,
        reason: fields.text()?,
        message: fields.text()?,
        at_ms: fields.number()?,
    })
}
