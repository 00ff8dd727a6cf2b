//! Answers to requests with an `Idempotency-Key` (table `min_idempotency`), kept for a day.

use kubemin_ports::store::StoreResult;
use kubemin_ports::store::StoredRevision;
use kubemin_ports::{NewRevision, StoreError};

use crate::seal::Keys;
use crate::sql::{Connection, values};

/// How long an answer is replayed: longer than any client repeats a request.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// The answer to an earlier request with this key and body. The same key with another body is a conflict.
pub fn replay(
    sql: &Connection,
    keys: &Keys,
    new: &NewRevision,
) -> StoreResult<Option<StoredRevision>> {
    let Some((key, body)) = &new.idempotency else {
        return Ok(None);
    };
    let stored = sql.row(
        "SELECT body, app_id, revision, task_id, changed FROM min_idempotency WHERE id = ?",
        &values![id(keys, key)],
        |row| {
            let body = row.text()?;
            let answer = StoredRevision {
                app_id: row.text()?,
                revision: row.number()?,
                task_id: Some(row.text()?).filter(|id| !id.is_empty()),
                changed: row.flag()?,
                replayed: true,
            };
            Ok((body, answer))
        },
    )?;
    match stored {
        Some((stored, _)) if stored != body_digest(keys, body) => Err(StoreError::Conflict(
            "this idempotency key was used for another request: send a new key".to_owned(),
        )),
        stored => Ok(stored.map(|(_, answer)| answer)),
    }
}

/// Keeps the answer of a request that has a key, and forgets old ones.
pub fn remember(
    sql: &Connection,
    keys: &Keys,
    new: &NewRevision,
    answer: &StoredRevision,
    now_ms: i64,
) -> StoreResult<()> {
    let Some((key, body)) = &new.idempotency else {
        return Ok(());
    };
    sql.run(
        "DELETE FROM min_idempotency WHERE created_ms < ?",
        &values![now_ms - KEPT_MS],
    )?;
    sql.run(
        "INSERT INTO min_idempotency (id, body, app_id, revision, task_id, changed, created_ms) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        &values![
            id(keys, key),
            body_digest(keys, body),
            &answer.app_id,
            answer.revision,
            answer.task_id.as_deref().unwrap_or_default(),
            answer.changed,
            now_ms
        ],
    )
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
