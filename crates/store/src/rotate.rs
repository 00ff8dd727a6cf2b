//! Changing the encryption key: every sealed value is sealed again in one transaction (decision 47).

use kubemin_ports::store::StoreResult;

use crate::error::unavailable;
use crate::seal::Keys;
use crate::sql::{Connection, Db, Fields, Row};
use crate::{document, meta};

/// Seals every document with the new key of `keys`; its previous one opens what is stored.
pub async fn reseal(sql: &mut Connection, keys: &Keys) -> StoreResult<()> {
    let rows = sqlx::query::<Db>("SELECT app_id, revision FROM min_application_revisions")
        .fetch_all(&mut *sql)
        .await
        .map_err(unavailable)?;
    for row in &rows {
        let (app_id, revision) = place(row)?;
        reseal_one(sql, keys, &app_id, revision).await?;
    }
    // Their digests were made with the old key.
    sqlx::query::<Db>("DELETE FROM min_idempotency")
        .execute(&mut *sql)
        .await
        .map_err(unavailable)?;
    meta::set_text(sql, meta::KEY_ID, keys.now().current.id()).await
}

fn place(row: &Row) -> StoreResult<(String, i64)> {
    let mut fields = Fields::of(row);
    Ok((fields.text()?, fields.number()?))
}

async fn reseal_one(
    sql: &mut Connection,
    keys: &Keys,
    app_id: &str,
    revision: i64,
) -> StoreResult<()> {
    let row = sqlx::query::<Db>(
        "SELECT document FROM min_application_revisions WHERE app_id = ? AND revision = ?",
    )
    .bind(app_id)
    .bind(revision)
    .fetch_one(&mut *sql)
    .await
    .map_err(unavailable)?;
    let clear = document::open(keys, app_id, &Fields::of(&row).text()?)?;
    sqlx::query::<Db>(
        "UPDATE min_application_revisions SET document = ? WHERE app_id = ? AND revision = ?",
    )
    .bind(document::seal(keys, app_id, &clear)?)
    .bind(app_id)
    .bind(revision)
    .execute(&mut *sql)
    .await
    .map_err(unavailable)?;
    sqlx::query::<Db>("UPDATE min_applications SET digest = ? WHERE id = ? AND revision = ?")
        .bind(document::digest(keys, &clear)?)
        .bind(app_id)
        .bind(revision)
        .execute(sql)
        .await
        .map(|_| ())
        .map_err(unavailable)
}
