//! MySQL and MariaDB: a connection of one thread, made when needed, made again when lost.

use std::cell::{Cell as Slot, RefCell};
use std::time::{Duration, Instant};

use kubemin_ports::StoreError;
use kubemin_ports::store::StoreResult;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Opts, Params, Row};
use sha2::{Digest, Sha256};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::address::Address;
use super::dialect::{for_mysql, migration_for_mysql};
use super::fault::{self, Fault};
use super::rerun::{self, Stage};
use super::{Cell, Columns, Fields, Purpose, Value, silent};

/// Longest wait for a connection: network, TLS, login.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for the answer to a statement; twice the time a statement may wait for a lock.
const CALL: Duration = Duration::from_secs(10);
/// Longest run of a migration over existing rows.
const MIGRATION: Duration = Duration::from_secs(600);
/// How long another process may hold the lock of migrations.
const LOCK: Duration = Duration::from_secs(120);

/// Sessions that write: a transaction begins with its first statement, which saves a BEGIN each.
const WRITE: [&str; 2] = [
    "SET SESSION autocommit = 0, innodb_lock_wait_timeout = 5, time_zone = '+00:00', \
     sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
    // Locks only rows that exist and fit: neighbours do not wait for one another.
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];
const READ: [&str; 2] = [
    "SET SESSION autocommit = 1, time_zone = '+00:00'",
    // One moment for all statements of a snapshot.
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
];
/// Table, column or index exists: a process ended between a migration and its record.
const APPLIED: [u16; 3] = [1050, 1060, 1061];

/// A connection to a server.
pub struct Session {
    runtime: Runtime,
    opts: Opts,
    shown: String,
    /// Name of the lock of migrations: the server has one space of names for all databases.
    lock: String,
    connection: RefCell<Option<Conn>>,
    /// Why the newest failed call failed.
    fault: Slot<Option<Fault>>,
    /// A lock belongs to the connection: another one would not hold it.
    pinned: Slot<bool>,
}

impl Session {
    /// A session without a connection yet.
    pub fn new(address: &Address, purpose: Purpose) -> StoreResult<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| silent(&error.to_string()))?;
        let digest = hex::encode(Sha256::digest(address.database()));
        Ok(Self {
            runtime,
            opts: address.options(match purpose {
                Purpose::Write => &WRITE,
                Purpose::Read => &READ,
            }),
            shown: address.shown(),
            lock: format!("kubemin-{}", &digest[..32]),
            connection: RefCell::new(None),
            fault: Slot::new(None),
            pinned: Slot::new(false),
        })
    }

    /// Runs a statement. Answers how many rows it found to change.
    pub fn change(&self, sql: &str, values: &[Value<'_>]) -> StoreResult<usize> {
        let sql = for_mysql(sql);
        self.call(CALL, async |connection| {
            connection.exec_drop(&*sql, params(values)).await?;
            Ok(usize::try_from(connection.affected_rows()).unwrap_or(usize::MAX))
        })
    }

    /// Every row of a query.
    pub fn rows<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Fn(&mut Fields<'_>) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        let sql = for_mysql(sql);
        let rows: Vec<Row> = self.call(CALL, async |connection| {
            connection.exec(&*sql, params(values)).await
        })?;
        rows.iter().map(|row| read(&mut Fields::new(row))).collect()
    }

    /// Runs a statement that takes no values and whose answer nobody needs.
    pub fn plain(&self, sql: &str) -> StoreResult<()> {
        self.call(CALL, async |connection| connection.query_drop(sql).await)
    }

    /// Runs `work` in one transaction, again when that is safe and helps.
    pub fn transaction<T>(&self, work: impl Fn() -> StoreResult<T>) -> StoreResult<T> {
        self.again(|| {
            self.connect().map_err(|error| (error, Stage::Open))?;
            let result = work();
            let fault = self.fault.get();
            let lost = fault.is_some_and(|fault| fault != Fault::Duplicate);
            match result {
                Ok(value) if !lost => self.commit().map(|()| value),
                result => {
                    self.roll_back();
                    self.fault.set(fault);
                    let gone = || silent("the transaction was lost");
                    Err((result.err().unwrap_or_else(gone), Stage::Open))
                }
            }
        })
    }

    /// Runs `work`, which only reads, again when its connection was lost.
    pub fn reading<T>(&self, work: impl Fn() -> StoreResult<T>) -> StoreResult<T> {
        self.again(|| {
            let result = self.connect().and_then(|()| work());
            result.map_err(|error| (error, Stage::Open))
        })
    }

    /// Runs `work` while no other process does the same with this database.
    pub fn exclusively<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.connect()?;
        self.take_lock()?;
        self.pinned.set(true);
        let result = work();
        self.pinned.set(false);
        // A lost connection has freed the lock already.
        if let Err(error) = self.change("DO RELEASE_LOCK(?)", &[Value::from(&self.lock)]) {
            tracing::debug!(%error, "the lock of migrations went with its connection");
        }
        result
    }

    /// Applies a migration. The server commits it by itself.
    pub fn migrate(&self, text: &str) -> StoreResult<()> {
        let text = migration_for_mysql(text);
        self.call(MIGRATION, async |connection| {
            match connection.query_drop(text).await {
                Err(Error::Server(error)) if APPLIED.contains(&error.code) => Ok(()),
                result => result,
            }
        })
    }

    fn take_lock(&self) -> StoreResult<()> {
        let end = Instant::now() + LOCK;
        while Instant::now() < end {
            // Short turns, each below the limit of a call.
            let taken = self.rows(
                "SELECT COALESCE(GET_LOCK(?, 3), 0)",
                &[Value::from(&self.lock)],
                |row| row.flag(),
            )?;
            if taken.first() == Some(&true) {
                return Ok(());
            }
        }
        Err(silent(&format!(
            "another process has migrated this database for {} s: wait for it, or look for one that hangs",
            LOCK.as_secs()
        )))
    }

    fn again<T>(&self, attempt: impl Fn() -> Result<T, (StoreError, Stage)>) -> StoreResult<T> {
        let start = Instant::now();
        let mut runs = 0;
        loop {
            self.fault.set(None);
            let (error, stage) = match attempt() {
                Ok(value) => return Ok(value),
                Err(failed) => failed,
            };
            runs += 1;
            let fault = self.fault.get().unwrap_or(Fault::Other);
            match rerun::pause(fault, stage, runs, start.elapsed(), chance()) {
                Some(pause) => {
                    tracing::debug!(?fault, runs, "running a transaction again");
                    std::thread::sleep(pause);
                }
                None => return Err(error),
            }
        }
    }

    fn commit(&self) -> Result<(), (StoreError, Stage)> {
        self.plain("COMMIT").map_err(|error| {
            let unknown = matches!(self.fault.get(), Some(Fault::Lost | Fault::Silent));
            let error = match unknown {
                true => StoreError::Unavailable(format!(
                    "{}: no answer to a commit, so whether the change was kept is not known: read it again, or send the request again",
                    self.shown
                )),
                false => error,
            };
            (error, Stage::Committing)
        })
    }

    fn roll_back(&self) {
        if self.connection.borrow().is_some() && self.plain("ROLLBACK").is_err() {
            // The server rolls back what a closed connection leaves.
            self.connection.replace(None);
        }
    }

    fn connect(&self) -> StoreResult<()> {
        if self.connection.borrow().is_some() {
            return Ok(());
        }
        if self.pinned.get() {
            return Err(silent("the connection was lost, and its lock with it"));
        }
        let made = self
            .runtime
            .block_on(async { timeout(CONNECT, Conn::new(self.opts.clone())).await });
        let error = match made {
            Ok(Ok(connection)) => {
                self.connection.replace(Some(connection));
                return Ok(());
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no connection within {} s", CONNECT.as_secs()),
        };
        // Asking again at once would not help, whatever it was.
        self.fault.set(Some(Fault::Other));
        Err(StoreError::Unavailable(format!("{}: {error}", self.shown)))
    }

    /// One exchange with the server, within a limit.
    fn call<T>(
        &self,
        limit: Duration,
        work: impl AsyncFnOnce(&mut Conn) -> mysql_async::Result<T>,
    ) -> StoreResult<T> {
        let mut slot = self.connection.borrow_mut();
        let Some(connection) = slot.as_mut() else {
            return Err(silent("the connection was lost"));
        };
        let answer = self
            .runtime
            .block_on(async { timeout(limit, work(connection)).await });
        let (fault, error) = match answer {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => {
                let fault = fault::of(&error);
                (fault, fault::describe(fault, &error))
            }
            Err(_) => {
                let text = format!("{}: no answer within {} s", self.shown, limit.as_secs());
                (Fault::Silent, StoreError::Unavailable(text))
            }
        };
        self.fault.set(Some(fault));
        if fault.drops_connection() {
            slot.take();
        }
        Err(error)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let limit = Duration::from_secs(1);
            let said = self
                .runtime
                .block_on(async { timeout(limit, connection.disconnect()).await });
            tracing::trace!(?said, "connection ended");
        }
    }
}

impl Columns for Row {
    fn cell(&self, index: usize) -> Option<Cell<'_>> {
        match self.as_ref(index)? {
            mysql_async::Value::Int(number) => Some(Cell::Number(*number)),
            mysql_async::Value::UInt(number) => i64::try_from(*number).ok().map(Cell::Number),
            mysql_async::Value::Bytes(text) => Some(Cell::Text(text)),
            _ => None,
        }
    }
}

fn params(values: &[Value<'_>]) -> Params {
    let value = |value: &Value<'_>| match value {
        Value::Nothing => mysql_async::Value::NULL,
        Value::Number(number) => mysql_async::Value::Int(*number),
        Value::Text(text) => mysql_async::Value::Bytes(text.as_bytes().to_vec()),
    };
    match values {
        [] => Params::Empty,
        values => Params::Positional(values.iter().map(value).collect()),
    }
}

/// A number in 0..1. Without a source of random numbers callers are not spread, which only costs time.
fn chance() -> f64 {
    let mut bytes = [0; 4];
    match aws_lc_rs::rand::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    }
}
