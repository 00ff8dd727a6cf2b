//! The thin seam to the drivers: statements with values, rows read field by field.
//!
//! Statements are written once (`?`, BIGINT, TEXT, REPLACE, and the words of `dialect`), and values are only `i64` and
//! text. Calls block: they run on the threads of `lane`, where a whole transaction costs one change of threads and not one
//! a statement.

mod address;
mod dialect;
mod fault;
mod fields;
mod mysql;
mod rerun;
mod sqlite;
mod value;

use std::path::Path;

use kubemin_ports::StoreError;
use kubemin_ports::store::StoreResult;

pub use address::Address;
pub use fields::{Cell, Columns, Fields};
pub(crate) use value::values;
pub use value::{Value, json};

/// Prepared statements a connection keeps; more than there are.
const STATEMENTS: usize = 128;

/// A connection.
pub struct Connection(Driver);

enum Driver {
    Sqlite(sqlite::Session),
    MySql(Box<mysql::Session>),
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq)]
pub enum Purpose {
    /// Transactions that write.
    Write,
    /// Only reading.
    Read,
}

impl Connection {
    /// Opens a database file, which must exist.
    pub fn open(path: &Path, purpose: Purpose) -> StoreResult<Self> {
        sqlite::Session::open(path, purpose).map(|session| Self(Driver::Sqlite(session)))
    }

    /// A connection to a server, made when it is first needed and again when it is lost.
    pub fn to(address: &Address, purpose: Purpose) -> StoreResult<Self> {
        let session = mysql::Session::new(address, purpose)?;
        Ok(Self(Driver::MySql(Box::new(session))))
    }

    /// Whether it is a server, to which several processes may talk.
    pub fn is_server(&self) -> bool {
        matches!(self.0, Driver::MySql(_))
    }

    /// Runs a statement.
    pub fn run(&self, sql: &str, values: &[Value<'_>]) -> StoreResult<()> {
        self.change(sql, values).map(|_| ())
    }

    /// Runs a statement. Answers how many rows it found to change.
    pub fn change(&self, sql: &str, values: &[Value<'_>]) -> StoreResult<usize> {
        match &self.0 {
            Driver::Sqlite(session) => session.change(sql, values),
            Driver::MySql(session) => session.change(sql, values),
        }
    }

    /// Every row of a query.
    pub fn rows<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Fn(&mut Fields<'_>) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        match &self.0 {
            Driver::Sqlite(session) => session.rows(sql, values, read),
            Driver::MySql(session) => session.rows(sql, values, read),
        }
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

    /// Runs a statement that takes no values and whose answer nobody needs.
    pub fn plain(&self, sql: &str) -> StoreResult<()> {
        match &self.0 {
            Driver::Sqlite(session) => session.plain(sql),
            Driver::MySql(session) => session.plain(sql),
        }
    }

    /// Runs `work` in one transaction, kept when it succeeds. A server's deadlock or a connection lost before the commit
    /// makes it run again.
    pub fn transaction<T>(&self, work: impl Fn(&Self) -> StoreResult<T>) -> StoreResult<T> {
        match &self.0 {
            Driver::Sqlite(_) => {
                self.begin()?;
                self.end(work(self))
            }
            Driver::MySql(session) => session.transaction(|| work(self)),
        }
    }

    /// Runs `work`, which only reads, outside any transaction.
    pub fn reading<T>(&self, work: impl Fn(&Self) -> StoreResult<T>) -> StoreResult<T> {
        match &self.0 {
            Driver::Sqlite(_) => work(self),
            Driver::MySql(session) => session.reading(|| work(self)),
        }
    }

    /// Runs `work` over one moment of the database.
    pub fn snapshot<T>(&self, work: impl Fn(&Self) -> StoreResult<T>) -> StoreResult<T> {
        self.plain(match &self.0 {
            Driver::Sqlite(_) => "BEGIN",
            Driver::MySql(_) => "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        })?;
        self.end(work(self))
    }

    /// Runs `work`, statements outside any transaction, while no other process does the same, and keeps what it did when it
    /// succeeds. A server keeps each migration at once.
    pub fn exclusively<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.0 {
            // The lock of the data folder keeps others away.
            Driver::Sqlite(_) => {
                self.begin()?;
                self.end(work(self))
            }
            Driver::MySql(session) => session.exclusively(|| self.end(work(self))),
        }
    }

    /// Applies a migration.
    pub fn migrate(&self, text: &str) -> StoreResult<()> {
        match &self.0 {
            Driver::Sqlite(session) => session.plain(text),
            Driver::MySql(session) => session.migrate(text),
        }
    }

    /// Takes replaced values out of what is stored, where that is in this program's hands.
    pub fn forget(&self) -> StoreResult<()> {
        match &self.0 {
            Driver::Sqlite(session) => session.forget(),
            Driver::MySql(_) => Ok(()),
        }
    }

    /// Starts a transaction that writes, for a lane that groups commits.
    pub fn begin(&self) -> StoreResult<()> {
        // A plain BEGIN that writes later fails at once when another connection wrote in between.
        self.run("BEGIN IMMEDIATE", &[])
    }

    /// Ends a transaction: keeps it when all went well.
    fn end<T, E: From<StoreError>>(&self, result: Result<T, E>) -> Result<T, E> {
        let kept = result.and_then(|value| self.plain("COMMIT").map(|()| value).map_err(E::from));
        if kept.is_err() {
            self.roll_back();
        }
        kept
    }

    /// Ends a transaction without keeping it. Fails only when the database has done so by itself.
    pub fn roll_back(&self) {
        if let Err(error) = self.plain("ROLLBACK") {
            tracing::debug!(%error, "nothing to roll back");
        }
    }
}

/// No answer from the threads of the database.
pub fn silent(why: &str) -> StoreError {
    StoreError::Unavailable(why.to_owned())
}
