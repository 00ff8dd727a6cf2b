//! Table `min_meta`: what the database must know about itself.

use kubemin_ports::store::StoreResult;

use crate::error::unavailable;
use crate::sql::{Connection, Db, Fields};

/// Id of the key that sealed the stored secrets.
pub const KEY_ID: &str = "key_id";
/// Number of the newest event.
pub const LAST_EVENT: &str = "last_event";

/// A text, when it was ever set.
pub async fn text(sql: &mut Connection, name: &str) -> StoreResult<Option<String>> {
    let row = sqlx::query::<Db>("SELECT value FROM min_meta WHERE name = ?")
        .bind(name)
        .fetch_optional(sql)
        .await
        .map_err(unavailable)?;
    row.map(|row| Fields::of(&row).text()).transpose()
}

/// Sets a text.
pub async fn set_text(sql: &mut Connection, name: &str, value: &str) -> StoreResult<()> {
    sqlx::query::<Db>("REPLACE INTO min_meta (name, value, number) VALUES (?, ?, 0)")
        .bind(name)
        .bind(value)
        .execute(sql)
        .await
        .map(|_| ())
        .map_err(unavailable)
}

/// Adds to a counter and answers its new value. The row stays locked to the end of the transaction, so numbers become
/// visible in their order.
pub async fn count(sql: &mut Connection, name: &str, by: i64) -> StoreResult<i64> {
    let updated = sqlx::query::<Db>("UPDATE min_meta SET number = number + ? WHERE name = ?")
        .bind(by)
        .bind(name)
        .execute(&mut *sql)
        .await
        .map_err(unavailable)?;
    if updated.rows_affected() == 0 {
        sqlx::query::<Db>("INSERT INTO min_meta (name, value, number) VALUES (?, '', ?)")
            .bind(name)
            .bind(by)
            .execute(&mut *sql)
            .await
            .map_err(unavailable)?;
        return Ok(by);
    }
    let row = sqlx::query::<Db>("SELECT number FROM min_meta WHERE name = ?")
        .bind(name)
        .fetch_one(sql)
        .await
        .map_err(unavailable)?;
    Fields::of(&row).number()
}
