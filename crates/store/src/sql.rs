//! The thin seam to the driver: one writer, a few readers, rows read field by field.
//!
//! Statements use only what SQLite and MySQL share (`?`, BIGINT, TEXT, REPLACE), and values only `i64` and text.

use std::path::Path;
use std::time::Duration;

use kubemin_ports::{StoreError, store::StoreResult};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection as _, Row as _};
use tokio::sync::{Mutex, MutexGuard};

use crate::error::{corrupt, unavailable};

/// The database.
pub type Db = sqlx::Sqlite;
/// A connection.
pub type Connection = sqlx::SqliteConnection;
/// A row.
pub type Row = sqlx::sqlite::SqliteRow;
/// Connections that only read.
pub type Readers = SqlitePool;

/// Longest wait for a connection or a lock before the database counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(10);
/// Every reader is a thread with a cache of its own; two keep up with one writer.
const READERS: u32 = 2;

/// The only connection that writes. Transactions take turns.
pub struct Writer(Mutex<State>);

struct State {
    connection: Connection,
    /// A transaction was begun and not ended: its caller went away.
    open: bool,
}

/// A write transaction. Dropped without [`Change::finish`] it is rolled back.
pub struct Change<'a>(MutexGuard<'a, State>);

/// Opens the writer. The file must exist.
pub async fn connect_writer(path: &Path) -> StoreResult<Connection> {
    options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "16777216")
        .connect()
        .await
        .map_err(unavailable)
}

/// Opens the readers.
pub async fn connect_readers(path: &Path) -> StoreResult<Readers> {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options(path).pragma("query_only", "ON"))
        .await
        .map_err(unavailable)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(PATIENCE)
        .foreign_keys(false)
        // Sorting in files would leave traces outside the database.
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

impl Writer {
    /// Makes a connection the one that writes.
    pub fn new(connection: Connection) -> Self {
        Self(Mutex::new(State {
            connection,
            open: false,
        }))
    }

    /// Begins a write transaction; waits for the one before.
    pub async fn begin(&self) -> StoreResult<Change<'_>> {
        let mut state = self.lock().await?;
        if state.open {
            // Fails only when the database has rolled back by itself.
            let _ = run(&mut state.connection, "ROLLBACK").await;
        }
        // A plain BEGIN that writes later fails at once when another connection wrote in between.
        state.open = true;
        run(&mut state.connection, "BEGIN IMMEDIATE").await?;
        Ok(Change(state))
    }

    /// Ends the connection; the database takes its log in.
    pub async fn close(self) {
        // Nobody is left to tell; the log stays and is taken in at the next start.
        let _ = self.0.into_inner().connection.close().await;
    }

    /// Runs a statement that cannot stand in a transaction.
    pub async fn outside(&self, sql: &'static str) -> StoreResult<()> {
        run(&mut self.lock().await?.connection, sql).await
    }

    async fn lock(&self) -> StoreResult<MutexGuard<'_, State>> {
        tokio::time::timeout(PATIENCE, self.0.lock())
            .await
            .map_err(|_| StoreError::Unavailable("busy: no turn to write in 10 s".to_owned()))
    }
}

impl Change<'_> {
    /// The connection, inside the transaction.
    pub fn sql(&mut self) -> &mut Connection {
        &mut self.0.connection
    }

    /// Commits when all went well, rolls back otherwise.
    pub async fn finish<T>(self, result: StoreResult<T>) -> StoreResult<T> {
        self.finish_with(result, |_| ()).await
    }

    /// As [`Change::finish`], with something to do after the commit and before the next writer's turn.
    pub async fn finish_with<T>(
        mut self,
        result: StoreResult<T>,
        committed: impl FnOnce(&T),
    ) -> StoreResult<T> {
        let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
        // A failed COMMIT leaves the transaction open; the next one to begin rolls it back.
        let ended = run(&mut self.0.connection, end).await;
        self.0.open = ended.is_err();
        let value = result?;
        ended?;
        committed(&value);
        Ok(value)
    }
}

async fn run(connection: &mut Connection, sql: &'static str) -> StoreResult<()> {
    sqlx::query::<Db>(sql)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(unavailable)
}

/// Reads the columns of a row one after another.
pub struct Fields<'r> {
    row: &'r Row,
    next: usize,
}

impl<'r> Fields<'r> {
    /// Starts at the first column.
    pub fn of(row: &'r Row) -> Self {
        Self { row, next: 0 }
    }

    /// The next column, a text.
    pub fn text(&mut self) -> StoreResult<String> {
        self.take::<String>()
    }

    /// The next column, a whole number of any width.
    pub fn number<T: TryFrom<i64>>(&mut self) -> StoreResult<T> {
        let column = self.next;
        T::try_from(self.take::<i64>()?)
            .map_err(|_| corrupt(&format!("column {column}"), "the number is out of range"))
    }

    /// The next column, 0 or 1.
    pub fn flag(&mut self) -> StoreResult<bool> {
        Ok(self.take::<i64>()? != 0)
    }

    /// The next column, JSON text.
    pub fn json<T: serde::de::DeserializeOwned>(&mut self) -> StoreResult<T> {
        let text = self.text()?;
        serde_json::from_str(&text).map_err(|error| corrupt("stored JSON", error))
    }

    /// The next column, a word of an enumeration.
    pub fn word<T>(&mut self, from_word: impl Fn(&str) -> Option<T>) -> StoreResult<T> {
        let word = self.text()?;
        from_word(&word).ok_or_else(|| corrupt("unknown word", word))
    }

    fn take<T>(&mut self) -> StoreResult<T>
    where
        T: for<'d> sqlx::Decode<'d, Db> + sqlx::Type<Db>,
    {
        let column = self.next;
        self.next += 1;
        self.row
            .try_get(column)
            .map_err(|error| corrupt("row", error))
    }
}

/// JSON text of a value.
pub fn json<T: serde::Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|error| corrupt("value", error))
}
