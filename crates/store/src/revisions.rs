//! Storing and reading documents (tables `min_applications`, `min_application_revisions`).

use kubemin_ports::store::StoreResult;
use kubemin_ports::store::StoredRevision;
use kubemin_ports::{NewRevision, RevisionRow, StoreError};

use crate::error::unavailable;
use crate::seal::Keys;
use crate::sql::{Connection, Db, Fields, Row, json};
use crate::{components, document, filter, idempotency, queue};

/// The row of an application as it stands before a document is stored.
struct Current {
    revision: i64,
    digest: String,
}

/// Stores a document and its task.
pub async fn put(
    sql: &mut Connection,
    keys: &Keys,
    new: &NewRevision,
    now_ms: i64,
) -> StoreResult<StoredRevision> {
    if let Some(answer) = idempotency::replay(sql, keys, new).await? {
        return Ok(answer);
    }
    let current = current(sql, new).await?;
    expect(new, current.as_ref())?;
    let digest = document::digest(keys, &new.document)?;
    let changed = current
        .as_ref()
        .is_none_or(|current| current.digest != digest);
    let revision = match &current {
        None => create(sql, keys, new, &digest, now_ms).await?,
        Some(current) if changed => change(sql, keys, new, current, &digest, now_ms).await?,
        Some(current) => current.revision,
    };
    if let Some(stopped) = &new.stopped {
        put_stopped(sql, &new.app_id, stopped).await?;
    }
    let task_id = match &new.task {
        Some(task) => Some(queue::enqueue(sql, &new.app_id, revision, task, now_ms).await?),
        None => None,
    };
    let answer = StoredRevision {
        app_id: new.app_id.clone(),
        revision,
        task_id,
        changed,
        replayed: false,
    };
    idempotency::remember(sql, keys, new, &answer, now_ms).await?;
    Ok(answer)
}

/// Revisions of an application, newest first.
pub async fn list(
    sql: &mut Connection,
    keys: &Keys,
    app_id: &str,
) -> StoreResult<Vec<RevisionRow>> {
    let rows = sqlx::query::<Db>(
        "SELECT r.revision, r.cause, r.created_ms, r.document, COALESCE((SELECT t.state FROM min_workflow_queue t \
         WHERE t.app_id = r.app_id AND t.revision = r.revision AND t.deletion = 0 \
         ORDER BY t.seq DESC LIMIT 1), '') \
         FROM min_application_revisions r WHERE r.app_id = ? ORDER BY r.revision DESC",
    )
    .bind(app_id)
    .fetch_all(sql)
    .await
    .map_err(unavailable)?;
    rows.iter().map(|row| read(keys, app_id, row)).collect()
}

/// One revision.
pub async fn one(
    sql: &mut Connection,
    keys: &Keys,
    app_id: &str,
    revision: i64,
) -> StoreResult<RevisionRow> {
    let row = sqlx::query::<Db>(
        "SELECT r.revision, r.cause, r.created_ms, r.document, COALESCE((SELECT t.state FROM min_workflow_queue t \
         WHERE t.app_id = r.app_id AND t.revision = r.revision AND t.deletion = 0 \
         ORDER BY t.seq DESC LIMIT 1), '') \
         FROM min_application_revisions r WHERE r.app_id = ? AND r.revision = ?",
    )
    .bind(app_id)
    .bind(revision)
    .fetch_optional(sql)
    .await
    .map_err(unavailable)?
    .ok_or_else(|| StoreError::NotFound(format!("revision {revision} of application {app_id}")))?;
    read(keys, app_id, &row)
}

/// The application's row; a conflict when another application of the namespace has the name.
async fn current(sql: &mut Connection, new: &NewRevision) -> StoreResult<Option<Current>> {
    let rows = sqlx::query::<Db>(
        "SELECT id, revision, digest FROM min_applications WHERE id = ? OR (namespace = ? AND name = ?)",
    )
    .bind(&new.app_id)
    .bind(&new.namespace)
    .bind(&new.name)
    .fetch_all(sql)
    .await
    .map_err(unavailable)?;
    let mut current = None;
    for row in &rows {
        let mut fields = Fields::of(row);
        let id = fields.text()?;
        if id != new.app_id {
            return Err(StoreError::Conflict(format!(
                "name {} is taken in namespace {} by application {id}",
                new.name, new.namespace
            )));
        }
        current = Some(Current {
            revision: fields.number()?,
            digest: fields.text()?,
        });
    }
    Ok(current)
}

fn expect(new: &NewRevision, current: Option<&Current>) -> StoreResult<()> {
    let found = current.map_or(0, |current| current.revision);
    match new.expected {
        Some(expected) if expected != found => Err(StoreError::Conflict(format!(
            "application {} is at revision {found}, not {expected}: read it again and repeat the change",
            new.app_id
        ))),
        _ => Ok(()),
    }
}

async fn create(
    sql: &mut Connection,
    keys: &Keys,
    new: &NewRevision,
    digest: &str,
    now_ms: i64,
) -> StoreResult<i64> {
    sqlx::query::<Db>(
        "INSERT INTO min_applications (id, name, namespace, revision, digest, search, stopped, created_ms, \
         updated_ms, inventory) VALUES (?, ?, ?, 1, ?, ?, '[]', ?, ?, '[]')",
    )
    .bind(&new.app_id)
    .bind(&new.name)
    .bind(&new.namespace)
    .bind(digest)
    .bind(filter::search_text(&new.name, &new.document))
    .bind(now_ms)
    .bind(now_ms)
    .execute(&mut *sql)
    .await
    .map_err(unavailable)?;
    insert(sql, keys, new, 1, now_ms).await?;
    components::create(sql, &new.app_id, &new.document, now_ms).await?;
    Ok(1)
}

async fn change(
    sql: &mut Connection,
    keys: &Keys,
    new: &NewRevision,
    current: &Current,
    digest: &str,
    now_ms: i64,
) -> StoreResult<i64> {
    let revision = current.revision + 1;
    sqlx::query::<Db>(
        "UPDATE min_applications SET name = ?, namespace = ?, revision = ?, digest = ?, search = ?, updated_ms = ? \
         WHERE id = ? AND revision = ?",
    )
    .bind(&new.name)
    .bind(&new.namespace)
    .bind(revision)
    .bind(digest)
    .bind(filter::search_text(&new.name, &new.document))
    .bind(now_ms)
    .bind(&new.app_id)
    .bind(current.revision)
    .execute(&mut *sql)
    .await
    .map_err(unavailable)?;
    insert(sql, keys, new, revision, now_ms).await?;
    components::follow(sql, &new.app_id, &new.document, now_ms).await?;
    Ok(revision)
}

async fn insert(
    sql: &mut Connection,
    keys: &Keys,
    new: &NewRevision,
    revision: i64,
    now_ms: i64,
) -> StoreResult<()> {
    sqlx::query::<Db>(
        "INSERT INTO min_application_revisions (app_id, revision, cause, created_ms, document) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(&new.app_id)
    .bind(revision)
    .bind(&new.cause)
    .bind(now_ms)
    .bind(document::seal(keys, &new.app_id, &new.document)?)
    .execute(sql)
    .await
    .map(|_| ())
    .map_err(unavailable)
}

async fn put_stopped(
    sql: &mut Connection,
    app_id: &str,
    stopped: &[(String, i32)],
) -> StoreResult<()> {
    sqlx::query::<Db>("UPDATE min_applications SET stopped = ? WHERE id = ?")
        .bind(json(&stopped)?)
        .bind(app_id)
        .execute(sql)
        .await
        .map(|_| ())
        .map_err(unavailable)
}

fn read(keys: &Keys, app_id: &str, row: &Row) -> StoreResult<RevisionRow> {
    let mut fields = Fields::of(row);
    Ok(RevisionRow {
        revision: fields.number()?,
        cause: fields.text()?,
        created_ms: fields.number()?,
        document: document::open(keys, app_id, &fields.text()?)?,
        task_state: fields.text()?,
    })
}
