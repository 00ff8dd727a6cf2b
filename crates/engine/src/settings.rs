//! Settings of the engine.

use std::time::Duration;

use kubemin_objects::ClusterFacts;
use kubemin_ports::Retention;

/// Limits and intervals (seed 000, 工作流相关可调整参数).
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Name of this process in task rows.
    pub owner: String,
    /// `--workflow-max-concurrent`: tasks at work at once.
    pub max_concurrent: usize,
    /// `--workflow-sequential-max-concurrency`: jobs of a priority at once in `StepByStep`.
    pub sequential: usize,
    /// `--workflow-default-job-timeout`.
    pub default_job_timeout: Duration,
    /// `--workflow-local-poll-interval`: how often the database is asked when nobody woke the engine.
    pub poll_interval: Duration,
    /// `--workflow-slot-grace`: pure waiting after which a task lends its slot (decision 31).
    pub slot_grace: Duration,
    /// `--workflow-task-lease`: silence after which another replica takes a task over.
    pub task_lease: Duration,
    /// `--revision-history-limit`, `--task-history-limit`: how much of the past is kept.
    pub retention: Retention,
    /// How often the rest is removed.
    pub retention_interval: Duration,
    /// Platform settings for compilation; the cluster's own facts are added at start.
    pub facts: ClusterFacts,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            owner: "local".to_owned(),
            max_concurrent: 10,
            sequential: 1,
            default_job_timeout: Duration::from_secs(60),
            poll_interval: Duration::from_secs(3),
            slot_grace: Duration::from_secs(10),
            task_lease: Duration::from_secs(30),
            retention: Retention::default(),
            retention_interval: Duration::from_secs(300),
            facts: ClusterFacts::default(),
        }
    }
}
