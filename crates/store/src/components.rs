//! Status rows of components (table `min_app_components`).

use kubemin_model::{Application, Component, ComponentType};
use kubemin_ports::ComponentRow;
use kubemin_ports::store::StoreResult;
use kubemin_workflow::readiness::Status;

use crate::batch;
use crate::error::unavailable;
use crate::sql::{Connection, Db, Fields, Row};

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
pub async fn of(sql: &mut Connection, app_id: &str) -> StoreResult<Vec<ComponentRow>> {
    let rows = sqlx::query::<Db>(
        "SELECT app_id, name, kind, status, replicas, ready_replicas, reason, message, updated_ms \
         FROM min_app_components WHERE app_id = ? ORDER BY place",
    )
    .bind(app_id)
    .fetch_all(sql)
    .await
    .map_err(unavailable)?;
    rows.iter().map(read).collect()
}

/// Rows of many applications, each in document order.
pub async fn of_many(sql: &mut Connection, app_ids: &[String]) -> StoreResult<Vec<ComponentRow>> {
    let mut found = Vec::new();
    for ids in app_ids.chunks(batch::MEMBERS) {
        let rows = batch::members(
            "SELECT app_id, name, kind, status, replicas, ready_replicas, reason, message, updated_ms \
             FROM min_app_components WHERE app_id IN",
            "ORDER BY app_id, place",
            ids,
        )
        .fetch_all(&mut *sql)
        .await
        .map_err(unavailable)?;
        for row in &rows {
            found.push(read(row)?);
        }
    }
    Ok(found)
}

/// Writes status; unknown applications and components are passed over.
pub async fn put(sql: &mut Connection, rows: &[ComponentRow]) -> StoreResult<()> {
    for row in rows {
        sqlx::query::<Db>(
            "UPDATE min_app_components SET status = ?, replicas = ?, ready_replicas = ?, reason = ?, message = ?, \
             updated_ms = ? WHERE app_id = ? AND name = ?",
        )
        .bind(row.status.as_str())
        .bind(i64::from(row.replicas))
        .bind(i64::from(row.ready_replicas))
        .bind(&row.reason)
        .bind(&row.message)
        .bind(row.updated_ms)
        .bind(&row.app_id)
        .bind(&row.name)
        .execute(&mut *sql)
        .await
        .map_err(unavailable)?;
    }
    Ok(())
}

/// Rows of a new application.
pub async fn create(
    sql: &mut Connection,
    app_id: &str,
    document: &Application,
    now_ms: i64,
) -> StoreResult<()> {
    insert(sql, app_id, &declared(document), now_ms).await
}

/// Makes the rows those of a changed document: gone components go, new ones are pending, the others keep their status.
pub async fn follow(
    sql: &mut Connection,
    app_id: &str,
    document: &Application,
    now_ms: i64,
) -> StoreResult<()> {
    let stored = stored(sql, app_id).await?;
    let declared = declared(document);
    let named = |list: &[Declared], name: &str| list.iter().any(|other| other.name == name);
    for component in &stored {
        if !named(&declared, &component.name) {
            delete(sql, app_id, &component.name).await?;
        }
    }
    let (kept, new): (Vec<_>, Vec<_>) = declared
        .into_iter()
        .partition(|component| named(&stored, &component.name));
    for component in &kept {
        if !stored.contains(component) {
            redeclare(sql, app_id, component).await?;
        }
    }
    insert(sql, app_id, &new, now_ms).await
}

/// Forgets what was known about an application's components.
pub async fn reset(sql: &mut Connection, app_id: &str, now_ms: i64) -> StoreResult<()> {
    sqlx::query::<Db>(
        "UPDATE min_app_components SET status = ?, ready_replicas = 0, reason = '', message = '', updated_ms = ? \
         WHERE app_id = ?",
    )
    .bind(Status::Pending.as_str())
    .bind(now_ms)
    .bind(app_id)
    .execute(sql)
    .await
    .map(|_| ())
    .map_err(unavailable)
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

async fn insert(
    sql: &mut Connection,
    app_id: &str,
    components: &[Declared],
    now_ms: i64,
) -> StoreResult<()> {
    for components in components.chunks(batch::ROWS) {
        let statement = batch::values(
            "INSERT INTO min_app_components (app_id, name, place, kind, status, replicas, ready_replicas, reason, \
             message, updated_ms)",
            components.len(),
            COLUMNS,
        );
        components
            .iter()
            .fold(statement, |statement, component| {
                statement
                    .bind(app_id)
                    .bind(&component.name)
                    .bind(component.place)
                    .bind(&component.kind)
                    .bind(Status::Pending.as_str())
                    .bind(component.replicas)
                    .bind(0i64)
                    .bind("")
                    .bind("")
                    .bind(now_ms)
            })
            .execute(&mut *sql)
            .await
            .map_err(unavailable)?;
    }
    Ok(())
}

async fn stored(sql: &mut Connection, app_id: &str) -> StoreResult<Vec<Declared>> {
    let rows = sqlx::query::<Db>(
        "SELECT name, place, kind, replicas FROM min_app_components WHERE app_id = ?",
    )
    .bind(app_id)
    .fetch_all(sql)
    .await
    .map_err(unavailable)?;
    let read = |row: &Row| {
        let mut fields = Fields::of(row);
        Ok(Declared {
            name: fields.text()?,
            place: fields.number()?,
            kind: fields.text()?,
            replicas: fields.number()?,
        })
    };
    rows.iter().map(read).collect()
}

async fn delete(sql: &mut Connection, app_id: &str, name: &str) -> StoreResult<()> {
    sqlx::query::<Db>("DELETE FROM min_app_components WHERE app_id = ? AND name = ?")
        .bind(app_id)
        .bind(name)
        .execute(sql)
        .await
        .map(|_| ())
        .map_err(unavailable)
}

async fn redeclare(sql: &mut Connection, app_id: &str, component: &Declared) -> StoreResult<()> {
    sqlx::query::<Db>(
        "UPDATE min_app_components SET place = ?, kind = ?, replicas = ? WHERE app_id = ? AND name = ?",
    )
    .bind(component.place)
    .bind(&component.kind)
    .bind(component.replicas)
    .bind(app_id)
    .bind(&component.name)
    .execute(sql)
    .await
    .map(|_| ())
    .map_err(unavailable)
}

fn read(row: &Row) -> StoreResult<ComponentRow> {
    let mut fields = Fields::of(row);
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
