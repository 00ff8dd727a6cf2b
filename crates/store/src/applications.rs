//! Reading applications: the row joined with the document of its current revision.

use kubemin_objects::ObjectKey;
use kubemin_ports::store::StoreResult;
use kubemin_ports::{ApplicationFilter, ApplicationRow, Page, StoreError};

use crate::filter::{self, Cursor};
use crate::seal::Keys;
use crate::sql::{Connection, Fields, values};
use crate::{document, inventory};

macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT a.id, a.name, a.namespace, a.revision, a.stopped, a.created_ms, a.updated_ms, \
             a.inventory, r.document ",
            "FROM min_applications a ",
            "JOIN min_application_revisions r ON r.app_id = a.id AND r.revision = a.revision ",
            $where
        )
    };
}

/// An application by id.
pub fn by_id(sql: &Connection, keys: &Keys, id: &str) -> StoreResult<ApplicationRow> {
    sql.row(select!("WHERE a.id = ?"), &values![id], |row| {
        read(keys, row)
    })?
    .ok_or_else(|| missing(id))
}

/// An application by namespace and name.
pub fn by_name(
    sql: &Connection,
    keys: &Keys,
    namespace: &str,
    name: &str,
) -> StoreResult<Option<ApplicationRow>> {
    sql.row(
        select!("WHERE a.namespace = ? AND a.name = ?"),
        &values![namespace, name],
        |row| read(keys, row),
    )
}

/// A page of the list, newest change first.
pub fn page(
    sql: &Connection,
    keys: &Keys,
    filter: &ApplicationFilter,
) -> StoreResult<Page<ApplicationRow>> {
    let limit = filter::limit(filter.limit);
    let from = Cursor::parse(filter.cursor.as_deref())?;
    // Every condition is always there, so that there is one statement; an empty value switches it off.
    let text = filter
        .text
        .as_deref()
        .map(filter::pattern)
        .unwrap_or_default();
    let namespace = filter.namespace.as_deref().unwrap_or_default();
    let name = filter.name.as_deref().unwrap_or_default();
    let mut items = sql.rows(
        select!(
            "WHERE (a.updated_ms, a.id) < (?, ?) AND (? = '' OR a.namespace = ?) AND (? = '' OR \
             a.name = ?) AND (? = '' OR a.search LIKE ? ESCAPE '!') \
             ORDER BY a.updated_ms DESC, a.id DESC LIMIT ?"
        ),
        &values![
            from.updated_ms,
            &from.id,
            namespace,
            namespace,
            name,
            name,
            &text,
            &text,
            limit as i64 + 1,
        ],
        |row| read(keys, row),
    )?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = match items.last() {
        Some(last) if more => Some(Cursor::after(last).to_text()),
        _ => None,
    };
    Ok(Page { items, next })
}

/// Applications whose inventory holds an object, oldest first.
pub fn users_of(
    sql: &Connection,
    keys: &Keys,
    key: &ObjectKey,
) -> StoreResult<Vec<ApplicationRow>> {
    sql.rows(
        select!("WHERE INSTR(a.inventory, ?) > 0 ORDER BY a.created_ms, a.id"),
        &values![inventory::needle(key)?],
        |row| read(keys, row),
    )
}

/// No such application.
pub fn missing(id: &str) -> StoreError {
    StoreError::NotFound(format!("application {id}"))
}

fn read(keys: &Keys, fields: &mut Fields<'_>) -> StoreResult<ApplicationRow> {
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
