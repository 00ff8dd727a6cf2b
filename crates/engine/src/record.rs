//! The task's row while it runs: changes are collected and written in few transactions.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kubemin_objects::ObjectKey;
use kubemin_ports::{ComponentRow, EventRow, JobRow, StoreError, StoreResult, TaskPatch, TaskRow};
use kubemin_workflow::diagnosis::Cause;
use kubemin_workflow::plan::PlannedJob;
use kubemin_workflow::{JobState, Plan, TaskState};
use tokio::time::{Instant, sleep};

use crate::engine::Shared;
use crate::status;

/// Longest time a change waits for others to be written together.
pub(crate) const FLUSH_AFTER: Duration = Duration::from_millis(50);
/// Pause before a write is tried again.
const RETRY: Duration = Duration::from_millis(250);
/// Tries before the task is left to the next start.
const TRIES: usize = 120;

/// A claimed task with changes not yet written.
pub(crate) struct Record {
    shared: Arc<Shared>,
    /// The row as it will be once everything is written.
    pub(crate) row: TaskRow,
    dirty: BTreeSet<usize>,
    components: Vec<ComponentRow>,
    /// Components whose rows shall be as the watch has them, in the same write.
    settled: BTreeSet<String>,
    written_at: Instant,
    /// Somebody asked for the task's end.
    pub(crate) cancel_requested: bool,
}

impl Record {
    pub(crate) fn new(shared: Arc<Shared>, row: TaskRow) -> Self {
        let cancel_requested = row.cancel_requested;
        Self {
            shared,
            row,
            dirty: BTreeSet::new(),
            components: Vec::new(),
            settled: BTreeSet::new(),
            written_at: Instant::now(),
            cancel_requested,
        }
    }

    /// States of all jobs in plan order.
    pub(crate) fn states(&self) -> Vec<JobState> {
        self.row.jobs.iter().map(|job| job.state).collect()
    }

    /// Stores the plan and starts the task.
    pub(crate) async fn begin(
        &mut self,
        plan: Plan,
        inventory: Vec<(ObjectKey, String)>,
    ) -> StoreResult<()> {
        let now = self.shared.now_ms();
        if self.row.plan.is_none() {
            self.row.jobs = plan
                .jobs
                .iter()
                .enumerate()
                .map(|(index, job)| new_job(index, job, now))
                .collect();
        }
        self.row.state = TaskState::Running;
        if self.row.started_ms == 0 {
            self.row.started_ms = now;
        }
        self.row.plan = Some(plan.clone());
        let patch = TaskPatch {
            state: Some(TaskState::Running),
            plan: Some(plan),
            jobs: self.row.jobs.clone(),
            started_ms: Some(self.row.started_ms),
            inventory: Some(inventory),
            components: std::mem::take(&mut self.components),
            ..TaskPatch::default()
        };
        self.write(patch).await
    }

    /// A job starts.
    pub(crate) fn start_job(&mut self, index: usize) {
        let now = self.shared.now_ms();
        let job = &mut self.row.jobs[index];
        job.state = JobState::Running;
        job.started_ms = now;
        job.attempt += 1;
        self.dirty.insert(index);
    }

    /// What a running job waits for, or that its object was written.
    pub(crate) fn note_job(&mut self, index: usize, reason: &str, message: &str) {
        let job = &mut self.row.jobs[index];
        if job.reason != reason || job.message != message {
            reason.clone_into(&mut job.reason);
            message.clone_into(&mut job.message);
            self.dirty.insert(index);
        }
    }

    /// A job ends.
    pub(crate) fn end_job(
        &mut self,
        index: usize,
        state: JobState,
        changed: bool,
        cause: Option<&Cause>,
    ) {
        let now = self.shared.now_ms();
        let job = &mut self.row.jobs[index];
        job.state = state;
        job.changed |= changed;
        job.finished_ms = now;
        job.reason = cause.map(|cause| cause.reason.clone()).unwrap_or_default();
        job.message = cause.map(sentence).unwrap_or_default();
        self.dirty.insert(index);
    }

    /// Status of a component that no watch reports (configuration) or that just failed.
    pub(crate) fn component(&mut self, row: ComponentRow, cause: Option<&Cause>) {
        self.components.push(ComponentRow {
            app_id: self.row.app_id.clone(),
            reason: cause.map(|cause| cause.reason.clone()).unwrap_or_default(),
            message: cause.map(sentence).unwrap_or_default(),
            updated_ms: self.shared.now_ms(),
            ..row
        });
    }

    /// A workload has reached its goal: whoever sees the job's end sees the component's status that goes with it.
    pub(crate) fn settle(&mut self, component: &str) {
        self.settled.insert(component.to_owned());
    }

    /// When the collected changes have to be written; `None` when there are none.
    pub(crate) fn due(&self) -> Option<Instant> {
        (!self.dirty.is_empty() || !self.components.is_empty())
            .then(|| self.written_at + FLUSH_AFTER)
    }

    /// Writes collected changes.
    pub(crate) async fn flush(&mut self) -> StoreResult<()> {
        let jobs = self.take_dirty();
        let components = std::mem::take(&mut self.components);
        self.write(TaskPatch {
            jobs,
            components,
            ..TaskPatch::default()
        })
        .await
    }

    /// Ends the task: jobs that never ran are cancelled, everything is written at once.
    pub(crate) async fn end(
        &mut self,
        state: TaskState,
        cause: Option<&Cause>,
        inventory: Option<Vec<(ObjectKey, String)>>,
    ) -> StoreResult<()> {
        let now = self.shared.now_ms();
        self.cancel_open_jobs(now);
        self.row.state = state;
        self.row.finished_ms = now;
        self.row.reason = cause.map(|cause| cause.reason.clone()).unwrap_or_default();
        self.row.message = cause.map(sentence).unwrap_or_default();
        let patch = TaskPatch {
            state: Some(state),
            cause: Some((self.row.reason.clone(), self.row.message.clone())),
            jobs: self.take_dirty(),
            finished_ms: Some(now),
            inventory,
            components: std::mem::take(&mut self.components),
            ..TaskPatch::default()
        };
        self.write(patch).await
    }

    /// Adds events about the application.
    pub(crate) async fn events(&self, events: Vec<EventRow>) {
        if let Err(fault) = self.shared.store.add_events(&events).await {
            tracing::warn!(task = %self.row.id, %fault, "events could not be stored");
        }
    }

    fn cancel_open_jobs(&mut self, now: i64) {
        for (index, job) in self.row.jobs.iter_mut().enumerate() {
            if !job.state.is_terminal() {
                job.state = JobState::Cancelled;
                job.finished_ms = now;
                self.dirty.insert(index);
            }
        }
    }

    fn take_dirty(&mut self) -> Vec<JobRow> {
        std::mem::take(&mut self.dirty)
            .into_iter()
            .map(|index| self.row.jobs[index].clone())
            .collect()
    }

    /// The database may be away for a while; a fence that no longer fits is final.
    async fn write(&mut self, patch: TaskPatch) -> StoreResult<()> {
        let mut tries = 0;
        loop {
            match self.try_write(patch.clone()).await {
                Ok(cancel_requested) => {
                    self.cancel_requested |= cancel_requested;
                    self.settled.clear();
                    self.written_at = Instant::now();
                    self.shared.announce(&self.row.id, &self.row.app_id);
                    return Ok(());
                }
                Err(StoreError::Unavailable(_)) if tries < TRIES => {
                    tries += 1;
                    sleep(RETRY).await;
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    async fn try_write(&self, mut patch: TaskPatch) -> StoreResult<bool> {
        let store = &self.shared.store;
        if patch.components.is_empty() && self.settled.is_empty() {
            return store.record(&self.row.id, self.row.fence, patch).await;
        }
        let mut known = self.shared.known.lock().await;
        for component in &self.settled {
            let row = status::observe(&self.shared, &self.row.app_id, component, &mut known).await;
            patch.components.extend(row);
        }
        // The status writer reads again what is written here.
        for row in &patch.components {
            known.remove(&(row.app_id.clone(), row.name.clone()));
        }
        store.record(&self.row.id, self.row.fence, patch).await
    }
}

/// Cause and remedy in the form that task, status, `why` and the API share.
pub(crate) fn sentence(cause: &Cause) -> String {
    if cause.remedy.is_empty() || cause.remedy == "wait" {
        cause.message.clone()
    } else {
        format!("{}. What to do: {}", cause.message, cause.remedy)
    }
}

fn new_job(index: usize, job: &PlannedJob, now: i64) -> JobRow {
    JobRow {
        index,
        step: job.step,
        component: job.component.clone(),
        kind: job.key.kind,
        name: job.key.name.clone(),
        priority: job.priority,
        action: job.action,
        state: JobState::Waiting,
        reason: String::new(),
        message: String::new(),
        changed: false,
        queued_ms: now,
        started_ms: 0,
        finished_ms: 0,
        attempt: 0,
    }
}
