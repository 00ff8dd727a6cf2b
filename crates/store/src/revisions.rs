//! Storing and reading documents (tables `min_applications`, `min_application_revisions`).

use kubemin_ports::store::StoreResult;
use kubemin_ports::store::StoredRevision;
use kubemin_ports::{NewRevision, RevisionRow, StoreError};

use crate::seal::Keys;
use crate::sql::{Connection, Fields, json, values};
use crate::{components, document, filter, idempotency, queue};

/// The row of an application as it stands before a document is stored.
struct Current {
    revision: i64,
    digest: String,
}

/// Stores a document and its task.
pub fn put(
    sql: &Connection,
    keys: &Keys,
    new: &NewRevision,
    now_ms: i64,
) -> StoreResult<StoredRevision> {
    if let Some(answer) = idempotency::replay(sql, keys, new)? {
        return Ok(answer);
    }
    let current = current(sql, new)?;
    expect(new, current.as_ref())?;
    let digest = document::digest(keys, &new.document)?;
    let changed = current
        .as_ref()
        .is_none_or(|current| current.digest != digest);
    let revision = match &current {
        None => create(sql, keys, new, &digest, now_ms)?,
        Some(current) if changed => change(sql, keys, new, current, &digest, now_ms)?,
        Some(current) => current.revision,
    };
    if let Some(stopped) = &new.stopped {
        put_stopped(sql, &new.app_id, stopped)?;
    }
    let task_id = match &new.task {
        Some(task) => Some(queue::enqueue(sql, &new.app_id, revision, task, now_ms)?),
        None => None,
    };
    let answer = StoredRevision {
        app_id: new.app_id.clone(),
        revision,
        task_id,
        changed,
        replayed: false,
    };
    idempotency::remember(sql, keys, new, &answer, now_ms)?;
    Ok(answer)
}

/// Revisions of an application, newest first.
pub fn list(sql: &Connection, keys: &Keys, app_id: &str) -> StoreResult<Vec<RevisionRow>> {
    sql.rows(
        "SELECT r.revision, r.cause, r.created_ms, r.document, COALESCE((SELECT t.state \
         FROM min_workflow_queue t \
         WHERE t.app_id = r.app_id AND t.revision = r.revision AND t.deletion = 0 \
         ORDER BY t.seq DESC LIMIT 1), '') FROM min_application_revisions r WHERE r.app_id = ? \
         ORDER BY r.revision DESC",
        &values![app_id],
        |row| read(keys, app_id, row),
    )
}

/// One revision.
pub fn one(sql: &Connection, keys: &Keys, app_id: &str, revision: i64) -> StoreResult<RevisionRow> {
    sql.row(
        "SELECT r.revision, r.cause, r.created_ms, r.document, COALESCE((SELECT t.state \
         FROM min_workflow_queue t \
         WHERE t.app_id = r.app_id AND t.revision = r.revision AND t.deletion = 0 \
         ORDER BY t.seq DESC LIMIT 1), '') FROM min_application_revisions r \
         WHERE r.app_id = ? AND r.revision = ?",
        &values![app_id, revision],
        |row| read(keys, app_id, row),
    )?
    .ok_or_else(|| StoreError::NotFound(format!("revision {revision} of application {app_id}")))
}

/// The application's row, locked; a conflict when another application of the namespace has the name.
fn current(sql: &Connection, new: &NewRevision) -> StoreResult<Option<Current>> {
    let current = sql.row(
        "SELECT revision, digest FROM min_applications WHERE id = ? FOR UPDATE",
        &values![&new.app_id],
        |row| {
            Ok(Current {
                revision: row.number()?,
                digest: row.text()?,
            })
        },
    )?;
    let holder = sql.row(
        "SELECT id FROM min_applications WHERE namespace = ? AND name = ? AND id <> ?",
        &values![&new.namespace, &new.name, &new.app_id],
        |row| row.text(),
    )?;
    match holder {
        None => Ok(current),
        Some(id) => Err(StoreError::Conflict(format!(
            "name {} is taken in namespace {} by application {id}",
            new.name, new.namespace
        ))),
    }
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

fn create(
    sql: &Connection,
    keys: &Keys,
    new: &NewRevision,
    digest: &str,
    now_ms: i64,
) -> StoreResult<i64> {
    sql.run(
        "INSERT INTO min_applications (id, name, namespace, revision, digest, search, stopped, \
         created_ms, updated_ms, inventory) VALUES (?, ?, ?, 1, ?, ?, '[]', ?, ?, '[]')",
        &values![
            &new.app_id,
            &new.name,
            &new.namespace,
            digest,
            filter::search_text(&new.name, &new.document),
            now_ms,
            now_ms
        ],
    )?;
    insert(sql, keys, new, 1, now_ms)?;
    components::create(sql, &new.app_id, &new.document, now_ms)?;
    Ok(1)
}

fn change(
    sql: &Connection,
    keys: &Keys,
    new: &NewRevision,
    current: &Current,
    digest: &str,
    now_ms: i64,
) -> StoreResult<i64> {
    let revision = current.revision + 1;
    sql.run(
        "UPDATE min_applications SET name = ?, namespace = ?, revision = ?, digest = ?, search = \
         ?, updated_ms = ? WHERE id = ? AND revision = ?",
        &values![
            &new.name,
            &new.namespace,
            revision,
            digest,
            filter::search_text(&new.name, &new.document),
            now_ms,
            &new.app_id,
            current.revision
        ],
    )?;
    insert(sql, keys, new, revision, now_ms)?;
    components::follow(sql, &new.app_id, &new.document, now_ms)?;
    Ok(revision)
}

fn insert(
    sql: &Connection,
    keys: &Keys,
    new: &NewRevision,
    revision: i64,
    now_ms: i64,
) -> StoreResult<()> {
    sql.run(
        "INSERT INTO min_application_revisions (app_id, revision, cause, created_ms, document) \
         VALUES (?, ?, ?, ?, ?)",
        &values![
            &new.app_id,
            revision,
            &new.cause,
            now_ms,
            document::seal(keys, &new.app_id, &new.document)?
        ],
    )
}

fn put_stopped(sql: &Connection, app_id: &str, stopped: &[(String, i32)]) -> StoreResult<()> {
    sql.run(
        "UPDATE min_applications SET stopped = ? WHERE id = ?",
        &values![json(&stopped)?, app_id],
    )
}

fn read(keys: &Keys, app_id: &str, fields: &mut Fields<'_>) -> StoreResult<RevisionRow> {
    Ok(RevisionRow {
        revision: fields.number()?,
        cause: fields.text()?,
        created_ms: fields.number()?,
        document: document::open(keys, app_id, &fields.text()?)?,
        task_state: fields.text()?,
    })
}
