//! SQLite: one file, one writer.

use std::path::Path;
use std::time::Duration;

use kubemin_ports::StoreError;
use kubemin_ports::store::StoreResult;
use rusqlite::ffi;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::dialect::for_sqlite;
use super::{Cell, Fields, Purpose, Value};

/// How long another process (a backup) may hold the database before a call fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to a database file.
pub struct Session(rusqlite::Connection);

impl Session {
    /// Opens a database file, which must exist.
    pub fn open(path: &Path, purpose: Purpose) -> StoreResult<Self> {
        let connection = rusqlite::Connection::open(path).map_err(unavailable)?;
        connection.busy_timeout(PATIENCE).map_err(unavailable)?;
        connection.set_prepared_statement_cache_capacity(super::STATEMENTS);
        let settings = match purpose {
            // Every commit is on disk before it is answered.
            Purpose::Write => {
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216; \
                 PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;"
            }
            Purpose::Read => "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;",
        };
        connection.execute_batch(settings).map_err(unavailable)?;
        Ok(Self(connection))
    }

    /// Runs a statement. Answers how many rows it changed.
    pub fn change(&self, sql: &str, values: &[Value<'_>]) -> StoreResult<usize> {
        let mut statement = self.prepare(sql)?;
        statement
            .execute(rusqlite::params_from_iter(values))
            .map_err(unavailable)
    }

    /// Every row of a query.
    pub fn rows<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Fn(&mut Fields<'_>) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement
            .query(rusqlite::params_from_iter(values))
            .map_err(unavailable)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(unavailable)? {
            found.push(read(&mut Fields::new(row))?);
        }
        Ok(found)
    }

    /// Runs statements that take no values and whose answers nobody needs.
    pub fn plain(&self, sql: &str) -> StoreResult<()> {
        self.0.execute_batch(sql).map_err(unavailable)
    }

    /// Takes deleted and replaced values out of the file and its log.
    pub fn forget(&self) -> StoreResult<()> {
        self.plain("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")
    }

    fn prepare(&self, sql: &str) -> StoreResult<rusqlite::CachedStatement<'_>> {
        self.0.prepare_cached(&for_sqlite(sql)).map_err(unavailable)
    }
}

impl super::Columns for rusqlite::Row<'_> {
    fn cell(&self, index: usize) -> Option<Cell<'_>> {
        match self.get_ref(index).ok()? {
            ValueRef::Integer(number) => Some(Cell::Number(number)),
            ValueRef::Text(text) => Some(Cell::Text(text)),
            _ => None,
        }
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Nothing => ValueRef::Null,
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// The driver's error as the contract's. The driver never puts bound values into its messages.
fn unavailable(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error().map(|error| error.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            StoreError::Conflict("a row with this identity exists already".to_owned())
        }
        _ => StoreError::Unavailable(error.to_string()),
    }
}
