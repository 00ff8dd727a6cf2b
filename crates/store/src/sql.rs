//! The thin seam to the driver: statements with values, rows read field by field.
//!
//! Statements use only what SQLite and MySQL share (`?`, BIGINT, TEXT, REPLACE), and values only `i64` and text. Calls
//! block: they run on the threads of `lane`, where a whole transaction costs one change of threads and not one a statement.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use kubemin_ports::StoreError;
use kubemin_ports::store::StoreResult;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::error::{corrupt, unavailable};

/// How long another process (a backup) may hold the database before a call fails.
const PATIENCE: Duration = Duration::from_secs(10);
/// Prepared statements a connection keeps; more than there are.
const STATEMENTS: usize = 128;

/// A connection.
pub struct Connection(rusqlite::Connection);

/// What a connection is for.
#[derive(Clone, Copy, PartialEq)]
pub enum Purpose {
    /// The only one that writes.
    Write,
    /// One of those that only read.
    Read,
}

/// A value of a statement.
pub enum Value<'a> {
    /// NULL.
    Nothing,
    /// BIGINT.
    Number(i64),
    /// Any text.
    Text(Cow<'a, str>),
}

/// Values of a statement: `values![id, 5, Some(text)]`.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        [$($crate::sql::Value::from($value)),*]
    };
}
pub(crate) use values;

impl Connection {
    /// Opens a database file, which must exist.
    pub fn open(path: &Path, purpose: Purpose) -> StoreResult<Self> {
        let connection = rusqlite::Connection::open(path).map_err(unavailable)?;
        connection.busy_timeout(PATIENCE).map_err(unavailable)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
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

    /// Runs a statement.
    pub fn run(&self, sql: &str, values: &[Value<'_>]) -> StoreResult<()> {
        self.change(sql, values).map(|_| ())
    }

    /// Runs a statement. Answers how many rows it changed.
    pub fn change(&self, sql: &str, values: &[Value<'_>]) -> StoreResult<usize> {
        let mut statement = self.0.prepare_cached(sql).map_err(unavailable)?;
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
        let mut statement = self.0.prepare_cached(sql).map_err(unavailable)?;
        let mut rows = statement
            .query(rusqlite::params_from_iter(values))
            .map_err(unavailable)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(unavailable)? {
            found.push(read(&mut Fields { row, next: 0 })?);
        }
        Ok(found)
    }

    /// The only row of a query, when there is one.
    pub fn row<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Fn(&mut Fields<'_>) -> StoreResult<T>,
    ) -> StoreResult<Option<T>> {
        Ok(self.rows(sql, values, read)?.into_iter().next())
    }

    /// Runs statements that take no values and whose answers nobody needs.
    pub fn plain(&self, sql: &str) -> StoreResult<()> {
        self.0.execute_batch(sql).map_err(unavailable)
    }

    /// Runs `work` in one transaction, kept when it succeeds.
    pub fn transaction<T>(&self, work: impl FnOnce(&Self) -> StoreResult<T>) -> StoreResult<T> {
        // A plain BEGIN that writes later fails at once when another connection wrote in between.
        self.run("BEGIN IMMEDIATE", &[])?;
        self.end(work(self))
    }

    /// Runs `work` over one moment of the database.
    pub fn snapshot<T>(&self, work: impl FnOnce(&Self) -> StoreResult<T>) -> StoreResult<T> {
        self.run("BEGIN", &[])?;
        self.end(work(self))
    }

    /// Ends a transaction: keeps it when all went well.
    fn end<T>(&self, result: StoreResult<T>) -> StoreResult<T> {
        let kept = result.and_then(|value| self.run("COMMIT", &[]).map(|()| value));
        if kept.is_err() {
            self.roll_back();
        }
        kept
    }

    /// Ends a transaction without keeping it. Fails only when the database has done so by itself.
    pub fn roll_back(&self) {
        if let Err(error) = self.run("ROLLBACK", &[]) {
            tracing::debug!(%error, "nothing to roll back");
        }
    }
}

/// Reads the columns of a row one after another.
pub struct Fields<'r> {
    row: &'r rusqlite::Row<'r>,
    next: usize,
}

impl Fields<'_> {
    /// The next column, a text.
    pub fn text(&mut self) -> StoreResult<String> {
        match self.take()? {
            ValueRef::Text(text) => std::str::from_utf8(text)
                .map(str::to_owned)
                .map_err(|error| corrupt("text", error)),
            other => Err(corrupt("text", other.data_type())),
        }
    }

    /// The next column, a whole number of any width.
    pub fn number<T: TryFrom<i64>>(&mut self) -> StoreResult<T> {
        match self.take()? {
            ValueRef::Integer(number) => {
                T::try_from(number).map_err(|_| corrupt("number", "out of range"))
            }
            other => Err(corrupt("number", other.data_type())),
        }
    }

    /// The next column, 0 or anything else.
    pub fn flag(&mut self) -> StoreResult<bool> {
        self.number::<i64>().map(|number| number != 0)
    }

    /// The next column, JSON text.
    pub fn json<T: serde::de::DeserializeOwned>(&mut self) -> StoreResult<T> {
        serde_json::from_str(&self.text()?).map_err(|error| corrupt("JSON", error))
    }

    /// The next column, a word of an enumeration.
    pub fn word<T>(&mut self, from_word: impl Fn(&str) -> Option<T>) -> StoreResult<T> {
        let word = self.text()?;
        from_word(&word).ok_or_else(|| corrupt("unknown word", word))
    }

    fn take(&mut self) -> StoreResult<ValueRef<'_>> {
        self.next += 1;
        self.row
            .get_ref(self.next - 1)
            .map_err(|error| corrupt("row", error))
    }
}

/// JSON text of a value.
pub fn json<T: serde::Serialize + ?Sized>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|error| corrupt("value", error))
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Number(i64::from(flag))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, T::into)
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

/// No answer from the threads of the database.
pub fn silent(why: &str) -> StoreError {
    StoreError::Unavailable(why.to_owned())
}
