//! Answers to requests with an `Idempotency-Key` (table `min_idempotency`), kept for a day.

use kubemin_ports::store::StoreResult;
use kubemin_ports::store::StoredRevision;
use kubemin_ports::{NewRevision, StoreError};

use crate::error::unavailable;
use crate::seal::Keys;
use crate::sql::{Connection, Db, Fields};

/// How long an answer is replayed: longer than any client repeats a request.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// The answer to an earlier request with this key and body. The same key with another body is a conflict.
pub async fn replay(
    sql: &mut Connection,
    keys: &Keys,
    new: &NewRevision,
) -> StoreResult<Option<StoredRevision>> {
    let Some((key, body)) = &new.idempotency else {
        return Ok(None);
    };
    let row = sqlx::query::<Db>(
        "SELECT body, app_id, revision, task_id, changed FROM min_idempotency WHERE id = ?",
    )
    .bind(id(keys, key))
    .fetch_optional(sql)
    .await
    .map_err(unavailable)?;
    let Some(row) = row else {
        return Ok(None);
    };
    let mut fields = Fields::of(&row);
    if fields.text()? != body_digest(keys, body) {
        return Err(StoreError::Conflict(
            "this idempotency key was used for another request: send a new key".to_owned(),
        ));
    }
    Ok(Some(StoredRevision {
        app_id: fields.text()?,
        revision: fields.number()?,
        task_id: Some(fields.text()?).filter(|id| !id.is_empty()),
        changed: fields.flag()?,
        replayed: true,
    }))
}

/// Keeps the answer of a request that has a key, and forgets old ones.
pub async fn remember(
    sql: &mut Connection,
    keys: &Keys,
    new: &NewRevision,
    answer: &StoredRevision,
    now_ms: i64,
) -> StoreResult<()> {
    let Some((key, body)) = &new.idempotency else {
        return Ok(());
    };
    sqlx::query::<Db>("DELETE FROM min_idempotency WHERE created_ms < ?")
        .bind(now_ms - KEPT_MS)
        .execute(&mut *sql)
        .await
        .map_err(unavailable)?;
    sqlx::query::<Db>(
        "INSERT INTO min_idempotency (id, body, app_id, revision, task_id, changed, created_ms) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id(keys, key))
    .bind(body_digest(keys, body))
    .bind(&answer.app_id)
    .bind(answer.revision)
    .bind(answer.task_id.as_deref().unwrap_or_default())
    .bind(i64::from(answer.changed))
    .bind(now_ms)
    .execute(sql)
    .await
    .map(|_| ())
    .map_err(unavailable)
}

/// Keys have any length and may be guessable; their digest has 64 characters and is not.
fn id(keys: &Keys, key: &str) -> String {
    keys.now().current.digest("idempotency key", key.as_bytes())
}

/// A plain hash of a body with a short secret in it could be guessed from the database.
fn body_digest(keys: &Keys, body: &str) -> String {
    keys.now()
        .current
        .digest("idempotency body", body.as_bytes())
}
