//! Forward-only migrations, embedded; one statement a file, because MySQL cannot roll back DDL.

use kubemin_ports::store::StoreResult;
use sha2::{Digest, Sha256};

use crate::error::OpenError;
use crate::sql::{Connection, values};

/// A migration: name, statement, and the statement of MySQL where it is another one.
type Migration = (&'static str, &'static str, Option<&'static str>);

macro_rules! migrations {
    (@mysql) => { None };
    (@mysql $text:expr) => { Some($text) };
    ($($name:literal $($mysql:ident)?)*) => {
        &[$((
            $name,
            include_str!(concat!("../migrations/", $name, ".sql")),
            migrations!(@mysql $(include_str!(concat!("../migrations/", $name, ".", stringify!($mysql), ".sql")))?),
        )),*]
    };
}

/// In order; the version of the first is 1.
const MIGRATIONS: &[Migration] = migrations! {
    "0001_meta"
    "0002_applications"
    "0003_applications_by_name"
    "0004_applications_by_change"
    "0005_application_revisions"
    "0006_app_components"
    "0007_workflow_queue"
    "0008_workflow_queue_by_application"
    "0009_workflow_queue_by_state"
    "0010_job"
    "0011_idempotency"
    "0012_idempotency_by_age"
    "0013_events"
    "0014_events_by_application"
    "0015_workflow_queue_lease"
    "0016_workflow_queue_one_active" mysql
    "0017_replica"
};

/// Brings a database of this version or an older one up to date. Nobody else may do so at the same time.
///
/// # Errors
/// The database is newer than this program, or a migration that was applied reads differently now.
pub fn run(sql: &Connection) -> Result<(), OpenError> {
    sql.migrate(
        "CREATE TABLE IF NOT EXISTS min_migrations (version BIGINT NOT NULL PRIMARY KEY, name \
         VARCHAR(64) NOT NULL, digest VARCHAR(64) NOT NULL)",
    )?;
    let applied = sql.rows(
        "SELECT version, name, digest FROM min_migrations ORDER BY version",
        &[],
        |row| Ok((row.number::<usize>()?, row.text()?, row.text()?)),
    )?;
    for (version, name, digest) in &applied {
        match version
            .checked_sub(1)
            .and_then(|index| MIGRATIONS.get(index))
        {
            None => return Err(OpenError::Newer(name.clone())),
            Some(migration) if digest_of(text(sql, migration)) != *digest => {
                return Err(OpenError::Altered(name.clone()));
            }
            Some(_) => {}
        }
    }
    for (migration, version) in MIGRATIONS.iter().zip(1..).skip(applied.len()) {
        apply(sql, version, migration)?;
    }
    Ok(())
}

fn apply(sql: &Connection, version: i64, migration: &Migration) -> StoreResult<()> {
    let text = text(sql, migration);
    sql.migrate(text)?;
    sql.run(
        "INSERT INTO min_migrations (version, name, digest) VALUES (?, ?, ?)",
        &values![version, migration.0, digest_of(text)],
    )
}

fn text(sql: &Connection, (_, text, mysql): &Migration) -> &'static str {
    match mysql {
        Some(mysql) if sql.is_server() => mysql,
        _ => text,
    }
}

fn digest_of(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_in_its_place_and_has_one_statement() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let files = |(name, _, mysql): &Migration| {
            let other = mysql.map(|_| format!("{name}.mysql.sql"));
            other.into_iter().chain([format!("{name}.sql")])
        };
        let listed: Vec<_> = MIGRATIONS.iter().flat_map(files).collect();
        assert_eq!(names, listed);
        for ((name, text, mysql), version) in MIGRATIONS.iter().zip(1..) {
            assert!(name.starts_with(&format!("{version:04}_")), "{name}");
            for text in std::iter::once(text).chain(mysql) {
                assert_eq!(text.matches(';').count(), 1, "{name}");
            }
        }
    }
}
