//! Status rows of components (table `min_app_components`).

use kubemin_model::{Application, Component, ComponentType};
use kubemin_ports::ComponentRow;
use kubemin_ports::store::StoreResult;
use kubemin_workflow::readiness::Status;

use crate::batch;
use crate::sql::{Connection, Fields, values};

const COLUMNS: usize = 10;

/// What the document says about a component.
#[derive(Debug, PartialEq)]
struct Declared {
    name: String,
    place: i64,
    kind: String,
    replicas: i64,
}

/// Rows of an application in document order.
pub fn of(sql: &Connection, app_id: &str) -> StoreResult<Vec<ComponentRow>> {
    sql.rows(
        "SELECT app_id, name, kind, status, replicas, ready_replicas, reason, message, updated_ms \
         FROM min_app_components WHERE app_id = ? ORDER BY place",
        &values![app_id],
        read,
    )
}

/// Rows of many applications, each in document order.
pub fn of_many(sql: &Connection, app_ids: &[String]) -> StoreResult<Vec<ComponentRow>> {
    let mut found = Vec::new();
    for ids in app_ids.chunks(batch::MEMBERS) {
        let (statement, ids) = batch::members(
            "SELECT app_id, name, kind, status, replicas, ready_replicas, reason, message, \
             updated_ms FROM min_app_components WHERE app_id IN",
            "ORDER BY app_id, place",
            ids,
        );
        found.extend(sql.rows(&statement, &ids, read)?);
    }
    Ok(found)
}

/// Writes status; unknown applications and components are passed over.
pub fn put(sql: &Connection, rows: &[ComponentRow]) -> StoreResult<()> {
    // Everybody locks rows in the same order: nobody waits in a circle.
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|row| (&row.app_id, &row.name));
    for row in rows {
        sql.run(
            "UPDATE min_app_components SET status = ?, replicas = ?, ready_replicas = ?, reason = \
             ?, message = ?, updated_ms = ? WHERE app_id = ? AND name = ?",
            &values![
                row.status.as_str(),
                i64::from(row.replicas),
                i64::from(row.ready_replicas),
                &row.reason,
                &row.message,
                row.updated_ms,
                &row.app_id,
                &row.name
            ],
        )?;
    }
    Ok(())
}

/// Rows of a new application.
pub fn create(
    sql: &Connection,
    app_id: &str,
    document: &Application,
    now_ms: i64,
) -> StoreResult<()> {
    insert(sql, app_id, &declared(document), now_ms)
}

/// Makes the rows those of a changed document: gone components go, new ones are pending, the others keep their status.
pub fn follow(
    sql: &Connection,
    app_id: &str,
    document: &Application,
    now_ms: i64,
) -> StoreResult<()> {
    let stored = stored(sql, app_id)?;
    let declared = declared(document);
    let named = |list: &[Declared], name: &str| list.iter().any(|other| other.name == name);
    for component in &stored {
        if !named(&declared, &component.name) {
            delete(sql, app_id, &component.name)?;
        }
    }
    let (kept, new): (Vec<_>, Vec<_>) = declared
        .into_iter()
        .partition(|component| named(&stored, &component.name));
    for component in &kept {
        if !stored.contains(component) {
            redeclare(sql, app_id, component)?;
        }
    }
    insert(sql, app_id, &new, now_ms)
}

/// Forgets what was known about an application's components.
pub fn reset(sql: &Connection, app_id: &str, now_ms: i64) -> StoreResult<()> {
    sql.run(
        "UPDATE min_app_components SET status = ?, ready_replicas = 0, reason = '', message = '', \
         updated_ms = ? WHERE app_id = ?",
        &values![Status::Pending.as_str(), now_ms, app_id],
    )
}

fn declared(document: &Application) -> Vec<Declared> {
    let components = document.components.iter().zip(0..);
    components
        .map(|(component, place)| Declared {
            name: component.name.clone(),
            place,
            kind: kind_word(component.kind).to_owned(),
            replicas: wanted(component),
        })
        .collect()
}

/// Pods wanted; a ConfigMap or Secret has none.
fn wanted(component: &Component) -> i64 {
    match component.kind {
        ComponentType::Config | ComponentType::Secret => 0,
        _ => i64::from(component.replicas.unwrap_or(1)),
    }
}

fn kind_word(kind: ComponentType) -> &'static str {
    match kind {
        ComponentType::Webservice => "webservice",
        ComponentType::Statefulservice => "statefulservice",
        ComponentType::Config => "config",
        ComponentType::Secret => "secret",
        ComponentType::Job => "job",
        ComponentType::Cronjob => "cronjob",
        ComponentType::Middleware => "middleware",
    }
}

fn insert(sql: &Connection, app_id: &str, components: &[Declared], now_ms: i64) -> StoreResult<()> {
    for components in components.chunks(batch::ROWS) {
        let statement = batch::values(
            "INSERT INTO min_app_components (app_id, name, place, kind, status, replicas, \
             ready_replicas, reason, message, updated_ms)",
            components.len(),
            COLUMNS,
        );
        let rows = components.iter().flat_map(|component| {
            let Declared {
                name,
                place,
                kind,
                replicas,
            } = component;
            let status = Status::Pending.as_str();
            values![
                app_id, name, *place, kind, status, *replicas, 0, "", "", now_ms
            ]
        });
        sql.run(&statement, &rows.collect::<Vec<_>>())?;
    }
    Ok(())
}

fn stored(sql: &Connection, app_id: &str) -> StoreResult<Vec<Declared>> {
    sql.rows(
        "SELECT name, place, kind, replicas FROM min_app_components WHERE app_id = ?",
        &values![app_id],
        |row| {
            Ok(Declared {
                name: row.text()?,
                place: row.number()?,
                kind: row.text()?,
                replicas: row.number()?,
            })
        },
    )
}

fn delete(sql: &Connection, app_id: &str, name: &str) -> StoreResult<()> {
    sql.run(
        "DELETE FROM min_app_components WHERE app_id = ? AND name = ?",
        &values![app_id, name],
    )
}

fn redeclare(sql: &Connection, app_id: &str, component: &Declared) -> StoreResult<()> {
    sql.run(
        "UPDATE min_app_components SET place = ?, kind = ?, replicas = ? \
         WHERE app_id = ? AND name = ?",
        &values![
            component.place,
            &component.kind,
            component.replicas,
            app_id,
            &component.name
        ],
    )
}

fn read(fields: &mut Fields<'_>) -> StoreResult<ComponentRow> {
    Ok(ComponentRow {
        app_id: fields.text()?,
        name: fields.text()?,
        kind: fields.text()?,
        status: Status::from_word(&fields.text()?),
        replicas: fields.number()?,
        ready_replicas: fields.number()?,
        reason: fields.text()?,
        message: fields.text()?,
        updated_ms: fields.number()?,
    })
}
