//! Reading applications: the row joined with the document of its current revision.

use kubemin_objects::ObjectKey;
use kubemin_ports::store::StoreResult;
use kubemin_ports::{ApplicationFilter, ApplicationRow, Page, StoreError};

use crate::error::unavailable;
use crate::filter::{self, Cursor};
use crate::seal::Keys;
use crate::sql::{Connection, Db, Fields, Row};
use crate::{document, inventory};

macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT a.id, a.name, a.namespace, a.revision, a.stopped, a.created_ms, a.updated_ms, a.inventory, r.document ",
            "FROM min_applications a ",
            "JOIN min_application_revisions r ON r.app_id = a.id AND r.revision = a.revision ",
            $where
        )
    };
}

/// An application by id.
pub async fn by_id(sql: &mut Connection, keys: &Keys, id: &str) -> StoreResult<ApplicationRow> {
    let row = sqlx::query::<Db>(select!("WHERE a.id = ?"))
        .bind(id)
        .fetch_optional(sql)
        .await
        .map_err(unavailable)?
        .ok_or_else(|| missing(id))?;
    read(keys, &row)
}

/// An application by namespace and name.
pub async fn by_name(
    sql: &mut Connection,
    keys: &Keys,
    namespace: &str,
    name: &str,
) -> StoreResult<Option<ApplicationRow>> {
    let row = sqlx::query::<Db>(select!("WHERE a.namespace = ? AND a.name = ?"))
        .bind(namespace)
        .bind(name)
        .fetch_optional(sql)
        .await
        .map_err(unavailable)?;
    row.map(|row| read(keys, &row)).transpose()
}

/// A page of the list, newest change first.
pub async fn page(
    sql: &mut Connection,
    keys: &Keys,
    filter: &ApplicationFilter,
) -> StoreResult<Page<ApplicationRow>> {
    let limit = filter::limit(filter.limit);
    let from = Cursor::parse(filter.cursor.as_deref())?;
    // Every condition is always there, so that there is one statement; an empty value switches it off.
    let rows = sqlx::query::<Db>(select!(
        "WHERE (a.updated_ms, a.id) < (?, ?) AND (? = '' OR a.namespace = ?) AND (? = '' OR a.name = ?) \
         AND (? = '' OR a.search LIKE ? ESCAPE '!') ORDER BY a.updated_ms DESC, a.id DESC LIMIT ?"
    ))
    .bind(from.updated_ms)
    .bind(&from.id);
    let text = filter
        .text
        .as_deref()
        .map(filter::pattern)
        .unwrap_or_default();
    let namespace = filter.namespace.as_deref().unwrap_or_default();
    let name = filter.name.as_deref().unwrap_or_default();
    let rows = [namespace, namespace, name, name, &text, &text]
        .into_iter()
        .fold(rows, |rows, value| rows.bind(value))
        .bind(limit as i64 + 1)
        .fetch_all(sql)
        .await
        .map_err(unavailable)?;
    let items = rows.iter().take(limit).map(|row| read(keys, row));
    let items: Vec<_> = items.collect::<StoreResult<_>>()?;
    let next = match items.last() {
        Some(last) if rows.len() > limit => Some(Cursor::after(last).to_text()),
        _ => None,
    };
    Ok(Page { items, next })
}

/// Applications whose inventory holds an object, oldest first.
pub async fn users_of(
    sql: &mut Connection,
    keys: &Keys,
    key: &ObjectKey,
) -> StoreResult<Vec<ApplicationRow>> {
    let rows = sqlx::query::<Db>(select!(
        "WHERE INSTR(a.inventory, ?) > 0 ORDER BY a.created_ms, a.id"
    ))
    .bind(inventory::needle(key)?)
    .fetch_all(sql)
    .await
    .map_err(unavailable)?;
    rows.iter().map(|row| read(keys, row)).collect()
}

/// No such application.
pub fn missing(id: &str) -> StoreError {
    StoreError::NotFound(format!("application {id}"))
}

fn read(keys: &Keys, row: &Row) -> StoreResult<ApplicationRow> {
    let mut fields = Fields::of(row);
    let id = fields.text()?;
    Ok(ApplicationRow {
        name: fields.text()?,
        namespace: fields.text()?,
        revision: fields.number()?,
        stopped: fields.json()?,
        created_ms: fields.number()?,
        updated_ms: fields.number()?,
        inventory: fields.json()?,
        document: document::open(keys, &id, &fields.text()?)?,
        id,
    })
}
