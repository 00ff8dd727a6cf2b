//! Forward-only migrations, embedded; one statement a file, because MySQL cannot roll back DDL.

use sqlx::Connection as _;
use sqlx::migrate::{MigrateError, Migrator};

use crate::error::OpenError;
use crate::sql::Connection;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Brings a database of this version or an older one up to date, all in one transaction.
pub async fn run(connection: &mut Connection) -> Result<(), OpenError> {
    let failed = |error: sqlx::Error| OpenError::Database(error.to_string());
    let mut change = connection
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(failed)?;
    MIGRATIONS
        .run_direct(None, &mut *change, false)
        .await
        .map_err(|error| match error {
            MigrateError::VersionMissing(version) => OpenError::Newer(version),
            error => OpenError::Migration(error.to_string()),
        })?;
    change.commit().await.map_err(failed)
}
