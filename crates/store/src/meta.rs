//! Table `min_meta`: what the database must know about itself.

use kubemin_ports::store::StoreResult;

use crate::error::corrupt;
use crate::sql::{Connection, values};

/// Id of the key that sealed the stored secrets.
pub const KEY_ID: &str = "key_id";
/// Number of the newest event.
pub const LAST_EVENT: &str = "last_event";

/// A text, when it was ever set.
pub fn text(sql: &Connection, name: &str) -> StoreResult<Option<String>> {
    sql.row(
        "SELECT value FROM min_meta WHERE name = ?",
        &values![name],
        |row| row.text(),
    )
}

/// Sets a text.
pub fn set_text(sql: &Connection, name: &str, value: &str) -> StoreResult<()> {
    sql.run(
        "REPLACE INTO min_meta (name, value, number) VALUES (?, ?, 0)",
        &values![name, value],
    )
}

/// Adds to a counter and answers its new value. The row stays locked to the end of the transaction, so numbers become
/// visible in their order.
pub fn count(sql: &Connection, name: &str, by: i64) -> StoreResult<i64> {
    let updated = sql.change(
        "UPDATE min_meta SET number = number + ? WHERE name = ?",
        &values![by, name],
    )?;
    if updated == 0 {
        sql.run(
            "INSERT INTO min_meta (name, value, number) VALUES (?, '', ?)",
            &values![name, by],
        )?;
        return Ok(by);
    }
    let number = sql.row(
        "SELECT number FROM min_meta WHERE name = ?",
        &values![name],
        |row| row.number(),
    )?;
    number.ok_or_else(|| corrupt("counter", name))
}
