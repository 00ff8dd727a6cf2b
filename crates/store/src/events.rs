//! Events of applications (table `min_events`); the newest 500 of each are kept.

use std::collections::BTreeSet;

use kubemin_ports::EventRow;
use kubemin_ports::store::StoreResult;

use crate::error::unavailable;
use crate::sql::{Connection, Db, Fields, Row};
use crate::{batch, meta};

const KEPT: i64 = 500;
const COLUMNS: usize = 8;

/// Appends events under new numbers.
pub async fn add(sql: &mut Connection, events: &[EventRow]) -> StoreResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    let last = meta::count(sql, meta::LAST_EVENT, events.len() as i64).await?;
    let mut id = last - events.len() as i64;
    for events in events.chunks(batch::ROWS) {
        let statement = batch::values(
            "INSERT INTO min_events (id, app_id, task_id, component, warning, reason, message, at_ms)",
            events.len(),
            COLUMNS,
        );
        events
            .iter()
            .fold(statement, |statement, event| {
                id += 1;
                bind(statement, id, event)
            })
            .execute(&mut *sql)
            .await
            .map_err(unavailable)?;
    }
    let applications: BTreeSet<_> = events.iter().map(|event| &event.app_id).collect();
    for app_id in applications {
        trim(sql, app_id).await?;
    }
    Ok(())
}

/// Events of an application after a number, oldest first.
pub async fn after(
    sql: &mut Connection,
    app_id: &str,
    after: i64,
    limit: usize,
) -> StoreResult<Vec<EventRow>> {
    let rows = sqlx::query::<Db>(
        "SELECT id, app_id, task_id, component, warning, reason, message, at_ms FROM min_events \
         WHERE app_id = ? AND id > ? ORDER BY id LIMIT ?",
    )
    .bind(app_id)
    .bind(after)
    .bind(limit as i64)
    .fetch_all(sql)
    .await
    .map_err(unavailable)?;
    rows.iter().map(read).collect()
}

/// Deletes what is older than the newest [`KEPT`]. Two statements: MySQL cannot select from the table it deletes from.
async fn trim(sql: &mut Connection, app_id: &str) -> StoreResult<()> {
    let oldest = sqlx::query::<Db>(
        "SELECT id FROM min_events WHERE app_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?",
    )
    .bind(app_id)
    .bind(KEPT)
    .fetch_optional(&mut *sql)
    .await
    .map_err(unavailable)?;
    let Some(row) = oldest else {
        return Ok(());
    };
    sqlx::query::<Db>("DELETE FROM min_events WHERE app_id = ? AND id <= ?")
        .bind(app_id)
        .bind(Fields::of(&row).number::<i64>()?)
        .execute(sql)
        .await
        .map(|_| ())
        .map_err(unavailable)
}

fn bind<'q>(statement: batch::Statement<'q>, id: i64, event: &'q EventRow) -> batch::Statement<'q> {
    statement
        .bind(id)
        .bind(&event.app_id)
        .bind(&event.task_id)
        .bind(&event.component)
        .bind(i64::from(event.warning))
        .bind(&event.reason)
        .bind(&event.message)
        .bind(event.at_ms)
}

fn read(row: &Row) -> StoreResult<EventRow> {
    let mut fields = Fields::of(row);
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
