//! The server's database, read by another process while the server writes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};

/// A read-only connection.
pub struct Database(SqliteConnection);

impl Database {
    /// Opens the file.
    pub async fn open(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        Ok(Self(options.connect().await?))
    }

    /// Number of tasks in a state.
    pub async fn tasks(&mut self, state: &str) -> Result<usize> {
        let row = sqlx::query("SELECT COUNT(*) FROM min_workflow_queue WHERE state = ?")
            .bind(state)
            .fetch_one(&mut self.0)
            .await?;
        Ok(usize::try_from(row.try_get::<i64, _>(0)?)?)
    }

    /// Whether the component of a one-component application runs, and the state of its newest task.
    pub async fn status(&mut self, app: &str) -> Result<(String, String)> {
        let row = sqlx::query(
            "SELECT c.status, t.state FROM min_app_components c JOIN min_workflow_queue t ON t.app_id = c.app_id \
             WHERE c.app_id = ? ORDER BY t.seq DESC LIMIT 1",
        )
        .bind(app)
        .fetch_one(&mut self.0)
        .await?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }

    /// Waits until `count` tasks are completed; a failed one is an error at once.
    pub async fn wait_completed(&mut self, count: usize, limit: Duration) -> Result<()> {
        let end = Instant::now() + limit;
        loop {
            let completed = self.tasks("completed").await?;
            if completed >= count {
                return Ok(());
            }
            for state in ["failed", "timeout", "cancelled", "rejected"] {
                ensure!(self.tasks(state).await? == 0, "a task ended as {state}");
            }
            ensure!(
                Instant::now() < end,
                "{completed} of {count} tasks completed within {limit:?}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
