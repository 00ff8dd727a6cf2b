//! How a process reads hints, whichever the broker (seed 000, 工作流相关可调整参数 and Worker 弹性配置).

use std::time::Duration;

/// Settings of the reading side and of its patience.
#[derive(Debug, Clone)]
pub struct Worker {
    /// Name of this process in the group; another one after every start, or a dead process and its successor are one.
    pub consumer: String,
    /// Hints read at once at most (`--workflow-worker-read-count`).
    pub read_count: usize,
    /// How long one read waits for a hint (`--workflow-worker-read-block`).
    pub read_block: Duration,
    /// First pause after a failed read (`--workflow-worker-backoff-min`).
    pub backoff_min: Duration,
    /// Longest pause after a failed read (`--workflow-worker-backoff-max`).
    pub backoff_max: Duration,
    /// Failed reads in a row after which reading ends; 0 means never (`--workflow-worker-max-read-failures`).
    pub max_read_failures: u32,
    /// Bound of every call that does not wait for hints: publish, acknowledge, health, depth.
    pub call_timeout: Duration,
}

impl Default for Worker {
    /// The manual's defaults, an empty name and two seconds a call.
    fn default() -> Self {
        Self {
            consumer: String::new(),
            read_count: 10,
            read_block: Duration::from_secs(2),
            backoff_min: Duration::from_millis(200),
            backoff_max: Duration::from_secs(300),
            max_read_failures: 0,
            call_timeout: Duration::from_secs(2),
        }
    }
}
