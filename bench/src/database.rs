//! The server's database, read by another process while the server writes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rusqlite::{Connection, OpenFlags};

/// A read-only connection.
pub struct Database(Connection);

impl Database {
    /// Opens the file.
    pub fn open(file: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        Ok(Self(connection))
    }

    /// Status of the only component of an application, and the state of its newest task.
    pub fn status(&self, app: &str) -> Result<(String, String)> {
        let mut query = self.0.prepare_cached(
            "SELECT c.status, t.state FROM min_app_components c JOIN min_workflow_queue t ON t.app_id = c.app_id \
             WHERE c.app_id = ? ORDER BY t.seq DESC LIMIT 1",
        )?;
        Ok(query.query_row([app], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Waits until `count` tasks are completed, looking every 2 ms; a failed one is an error at once.
    pub fn wait_completed(&self, count: usize, limit: Duration) -> Result<()> {
        let end = Instant::now() + limit;
        loop {
            let completed = self.tasks("state = 'completed'")?;
            if completed >= count {
                return Ok(());
            }
            let lost = self.tasks("state IN ('failed', 'timeout', 'cancelled', 'rejected')")?;
            ensure!(
                lost == 0,
                "{lost} tasks ended without success: {}",
                self.cause()?
            );
            ensure!(
                Instant::now() < end,
                "{completed} of {count} tasks completed within {limit:?}"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn tasks(&self, condition: &str) -> Result<usize> {
        let query = format!("SELECT COUNT(*) FROM min_workflow_queue WHERE {condition}");
        let count: i64 = self
            .0
            .prepare_cached(&query)?
            .query_row([], |row| row.get(0))?;
        Ok(usize::try_from(count)?)
    }

    fn cause(&self) -> Result<String> {
        let query = "SELECT state || ' ' || reason || ' ' || message FROM min_workflow_queue \
                     WHERE state IN ('failed', 'timeout', 'cancelled', 'rejected') LIMIT 1";
        Ok(self.0.query_row(query, [], |row| row.get(0))?)
    }
}
