//! Section `workflow` (seed 000, 工作流相关可调整参数 and Worker 弹性配置).

use std::time::Duration;

use crate::config::section::section;
use crate::config::setting::{Effective, Setting};

const REDIS: Effective = Effective::Redis;

section! {
    /// How tasks and their jobs run.
    Workflow {
        /// Jobs of one priority that run at once in a StepByStep step.
        sequential_max_concurrency: u32 = Setting::new("workflow.sequentialMaxConcurrency", "workflow-sequential-max-concurrency", "1").positive();
        /// Tasks that run at once on this replica; further ones wait in the queue.
        max_concurrent_workflows: u32 = Setting::new("workflow.maxConcurrentWorkflows", "workflow-max-concurrent", "10").positive();
        /// Longest time of a job that sets none.
        default_job_timeout: Duration = Setting::new("workflow.defaultJobTimeout", "workflow-default-job-timeout", "60s").positive();
        /// A task that only waits for the cluster gives its slot back after this time.
        slot_grace: Duration = Setting::new("workflow.slotGrace", "workflow-slot-grace", "10s");
        /// Newest revisions that are kept of an application, beside the one that runs; 0 keeps all.
        revision_history_limit: u32 = Setting::new("workflow.revisionHistoryLimit", "revision-history-limit", "100");
        /// Newest finished tasks that are kept of an application, with their events; 0 keeps all.
        task_history_limit: u32 = Setting::new("workflow.taskHistoryLimit", "task-history-limit", "100");
        /// A task whose replica was silent for this time is taken over by another one.
        task_lease: Duration = Setting::new("workflow.taskLease", "workflow-task-lease", "30s").positive();
        /// How often the database is asked for work when there is no queue.
        local_poll_interval: Duration = Setting::new("workflow.localPollInterval", "workflow-local-poll-interval", "3s").positive();
        /// How often the leader looks for tasks to hand out.
        dispatch_poll_interval: Duration = Setting::new("workflow.dispatchPollInterval", "workflow-dispatch-poll-interval", "3s").positive();
        /// How often a worker looks for work that others have left behind.
        worker_stale_interval: Duration = Setting::new("workflow.workerStaleInterval", "workflow-worker-stale-interval", "15s").positive();
        /// A message of another worker may be claimed after it was idle for this time.
        worker_auto_claim_min_idle: Duration = Setting::new("workflow.workerAutoClaimMinIdle", "workflow-worker-autoclaim-idle", "60s").positive().only_with(REDIS);
        /// Messages claimed at once.
        worker_auto_claim_count: u32 = Setting::new("workflow.workerAutoClaimCount", "workflow-worker-autoclaim-count", "50").positive().only_with(REDIS);
        /// Messages read at once.
        worker_read_count: u32 = Setting::new("workflow.workerReadCount", "workflow-worker-read-count", "10").positive();
        /// How long a worker waits for a message.
        worker_read_block: Duration = Setting::new("workflow.workerReadBlock", "workflow-worker-read-block", "2s").positive();
        /// A worker gives up after this many failed reads in a row; 0 means never.
        worker_max_read_failures: u32 = Setting::new("workflow.workerMaxReadFailures", "workflow-worker-max-read-failures", "0");
        /// A worker gives up after this many failed claims in a row; 0 means never.
        worker_max_claim_failures: u32 = Setting::new("workflow.workerMaxClaimFailures", "workflow-worker-max-claim-failures", "0").only_with(REDIS);
        /// First wait after a failure; doubled after each further one.
        worker_backoff_min: Duration = Setting::new("workflow.workerBackoffMin", "workflow-worker-backoff-min", "200ms").positive();
        /// Longest wait after a failure.
        worker_backoff_max: Duration = Setting::new("workflow.workerBackoffMax", "workflow-worker-backoff-max", "5m").positive();
    }
}
