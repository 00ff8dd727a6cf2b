//! Table `min_replica`: which processes work on this database, and who leads them (app-plane §5).

use kubemin_ports::store::StoreResult;
use kubemin_ports::{ReplicaRow, StoreError};

use crate::meta;
use crate::sql::{Connection, values};

/// A replica that was silent for this time is not counted, milliseconds.
const SILENT_MS: i64 = 15_000;
/// A replica that was silent for this time is forgotten, milliseconds.
const FORGOTTEN_MS: i64 = 3_600_000;
/// Counter of terms of leading.
const TERM: &str = "leader_term";

/// Notes that a replica lives. Answers all that live.
pub fn check_in(sql: &Connection, replica: &ReplicaRow) -> StoreResult<Vec<ReplicaRow>> {
    let known = sql.change(
        "UPDATE min_replica SET seen_ms = NOW_MS(), slots = ?, version = ? WHERE id = ?",
        &values![i64::from(replica.slots), &replica.version, &replica.id],
    )?;
    if known == 0 {
        sql.run(
            "INSERT INTO min_replica (id, slots, version, started_ms, seen_ms) \
             VALUES (?, ?, ?, NOW_MS(), NOW_MS())",
            &values![&replica.id, i64::from(replica.slots), &replica.version],
        )?;
        sql.run(
            "DELETE FROM min_replica WHERE seen_ms < NOW_MS() - ?",
            &values![FORGOTTEN_MS],
        )?;
    }
    sql.rows(
        "SELECT id, slots, version, started_ms, seen_ms FROM min_replica \
         WHERE seen_ms > NOW_MS() - ? ORDER BY started_ms, id",
        &values![SILENT_MS],
        |row| {
            Ok(ReplicaRow {
                id: row.text()?,
                slots: row.number()?,
                version: row.text()?,
                started_ms: row.number()?,
                seen_ms: row.number()?,
            })
        },
    )
}

/// Begins the next term.
pub fn take_lead(sql: &Connection) -> StoreResult<i64> {
    meta::count(sql, TERM, 1)
}

/// Refuses the leader of an earlier term. The row stays locked, so that no term begins before the transaction has ended.
pub fn check_lead(sql: &Connection, term: i64) -> StoreResult<()> {
    let current = sql.row(
        "SELECT number FROM min_meta WHERE name = ? FOR UPDATE",
        &values![TERM],
        |row| row.number(),
    )?;
    match current == Some(term) {
        true => Ok(()),
        false => Err(StoreError::Fenced(format!("of the leader's term {term}"))),
    }
}
