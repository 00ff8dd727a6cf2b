//! A deployment under way: starts what may start, notes what ends, writes the end.

use std::sync::Arc;

use futures::stream::{FuturesUnordered, StreamExt};
use kubemin_objects::Kind;
use kubemin_ports::{ApplicationRow, ComponentRow, EventRow};
use kubemin_workflow::diagnosis::{Cause, Evidence};
use kubemin_workflow::preflight::Step;
use kubemin_workflow::readiness::Status;
use kubemin_workflow::{Decision, JobState, Limits, Plan, TaskState, advance};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::task::AbortOnDropHandle;

use crate::engine::Shared;
use crate::events::{cluster_events, event};
use crate::hold::Hold;
use crate::job::{self, End, Finished, JobInput, Progress};
use crate::prepare::{Prepared, inventory_after};
use crate::record::Record;
use crate::slot::Slot;
use crate::{EngineError, cancel};

/// A deployment under way.
pub(crate) struct Deployment<'a> {
    shared: &'a Arc<Shared>,
    record: Record,
    prepared: Prepared,
    app_row: ApplicationRow,
    plan: Plan,
    hold: Arc<Hold>,
    slot: Slot,
    /// Since when every running job only waits on the cluster.
    waiting_since: Option<Instant>,
    failure: Option<Cause>,
}

/// Jobs under way; they end with the deployment that started them.
type Jobs = FuturesUnordered<AbortOnDropHandle<Finished>>;

impl<'a> Deployment<'a> {
    /// Fixes the plan and starts the task.
    pub(crate) async fn begin(
        shared: &'a Arc<Shared>,
        mut record: Record,
        prepared: Prepared,
        app_row: ApplicationRow,
        hold: Arc<Hold>,
        slot: Slot,
    ) -> Result<Self, EngineError> {
        let plan = record
            .row
            .plan
            .clone()
            .unwrap_or_else(|| prepared.plan(shared));
        let mut inventory = inventory_after(&prepared, &app_row.inventory);
        inventory.extend(prepared.removed.iter().cloned());
        for job in record
            .row
            .jobs
            .iter_mut()
            .filter(|job| !job.state.is_terminal())
        {
            // What an earlier process had begun is begun again: applying twice changes nothing.
            job.state = JobState::Waiting;
        }
        let failed = shared.store.components(&record.row.app_id).await?;
        for row in failed
            .into_iter()
            .filter(|row| row.status == Status::Failed)
        {
            // What an earlier task found is judged anew.
            record.component(
                ComponentRow {
                    status: Status::Pending,
                    ..row
                },
                None,
            );
        }
        record.begin(plan.clone(), inventory).await?;
        Ok(Self {
            shared,
            record,
            prepared,
            app_row,
            plan,
            hold,
            slot,
            waiting_since: None,
            failure: None,
        })
    }

    /// Runs jobs until the task ends or the engine stops.
    pub(crate) async fn follow(mut self) -> Result<(), EngineError> {
        let (progress, mut updates) = mpsc::unbounded_channel();
        let mut jobs = Jobs::new();
        let end = loop {
            let decision = self.start_ready(&mut jobs, &progress).await;
            if let Some(end) = decision.end {
                break end;
            }
            if jobs.is_empty() {
                // Nothing runs and nothing may start: a plan that cannot go on must not hang.
                self.failure.get_or_insert_with(stuck);
                break TaskState::Failed;
            }
            tokio::select! {
                Some(finished) = jobs.next() => self.finish(finished).await,
                Some(update) = updates.recv() => self.note(&update),
                () = at(self.record.due()) => self.record.flush().await?,
                () = at(self.lend_at()) => self.slot.lend(),
                () = self.hold.cancel.cancelled() => {
                    drop(jobs);
                    return self.cancelled("cancelled on request").await;
                }
                () = self.shared.stop.cancelled() => {
                    drop(jobs);
                    return Ok(self.record.flush().await?);
                }
            }
            if self.record.cancel_requested {
                drop(jobs);
                return self.cancelled("cancelled on request").await;
            }
        };
        self.end(end).await
    }

    /// Starts what may start; takes the slot back first when it was lent.
    async fn start_ready(
        &mut self,
        jobs: &mut Jobs,
        progress: &mpsc::UnboundedSender<Progress>,
    ) -> Decision {
        let limits = Limits {
            sequential: self.shared.settings.sequential,
        };
        let decision = advance(&self.plan, &self.record.states(), limits);
        if !decision.start.is_empty() {
            self.waiting_since = None;
            let hold = Arc::clone(&self.hold);
            tokio::select! {
                () = self.slot.retake() => {}
                () = hold.cancel.cancelled() => return Decision::default(),
            }
        }
        for &index in &decision.start {
            self.record.start_job(index);
            let job = job::run(Arc::clone(self.shared), self.input(index), progress.clone());
            jobs.push(AbortOnDropHandle::new(tokio::spawn(job)));
        }
        decision
    }

    fn input(&self, index: usize) -> JobInput {
        let job = self.plan.jobs[index].clone();
        let policies = self
            .prepared
            .app
            .document()
            .components
            .iter()
            .find(|c| c.name == job.component);
        let fail_when_unschedulable = policies
            .and_then(|c| c.policies.as_ref())
            .or(self.prepared.app.document().policies.as_ref())
            .and_then(|policies| policies.when_unschedulable.as_deref())
            == Some("fail");
        JobInput {
            index,
            object: self.prepared.object(&job.key).cloned(),
            live: self.prepared.live.get(&job.key).cloned(),
            step: self
                .prepared
                .steps
                .get(&job.key)
                .cloned()
                .unwrap_or(Step::Apply),
            app_id: self.record.row.app_id.clone(),
            fail_when_unschedulable,
            goes_on: self.record.row.attempt > 1,
            hold: Arc::clone(&self.hold),
            job,
        }
    }

    fn note(&mut self, update: &Progress) {
        if self.record.row.jobs[update.index].state == JobState::Running {
            self.record
                .note_job(update.index, &update.reason, &update.message);
            self.waiting_since.get_or_insert_with(Instant::now);
        }
    }

    fn lend_at(&self) -> Option<Instant> {
        self.waiting_since
            .map(|since| since + self.shared.settings.slot_grace)
    }

    async fn finish(&mut self, finished: Result<Finished, tokio::task::JoinError>) {
        let Ok(finished) = finished else {
            self.failure = Some(crashed());
            let open: Vec<usize> = self
                .record
                .states()
                .iter()
                .enumerate()
                .filter(|(_, s)| **s == JobState::Running)
                .map(|(i, _)| i)
                .collect();
            for index in open {
                self.record
                    .end_job(index, JobState::Failed, false, self.failure.as_ref());
            }
            return;
        };
        let index = finished.index;
        match finished.end {
            End::Done => {
                self.record
                    .end_job(index, JobState::Completed, finished.changed, None);
                self.settle(index);
            }
            End::Failed(cause, evidence) => {
                self.fail(index, JobState::Failed, finished.changed, cause, evidence)
                    .await
            }
            End::TimedOut(cause, evidence) => {
                self.fail(index, JobState::Timeout, finished.changed, cause, evidence)
                    .await
            }
        }
    }

    /// Configuration and schedules have no watch: being applied is their status. Workloads have the watch's word.
    fn settle(&mut self, index: usize) {
        let job = &self.plan.jobs[index];
        if job.key.kind.is_workload() {
            self.record.settle(&job.component);
            return;
        }
        let component = self
            .prepared
            .app
            .document()
            .components
            .iter()
            .find(|c| c.name == job.component);
        let own_object = component.is_some_and(|c| c.name == job.key.name);
        if own_object && matches!(job.key.kind, Kind::ConfigMap | Kind::Secret | Kind::CronJob) {
            let row = self.component_row(&job.component.clone(), Status::Running);
            self.record.component(row, None);
        }
    }

    /// The component's row with what the watch says about its pods.
    fn component_row(&self, name: &str, status: Status) -> ComponentRow {
        let document = self
            .prepared
            .app
            .document()
            .components
            .iter()
            .find(|c| c.name == name);
        let workloads = self.shared.cluster.workloads(&self.record.row.app_id);
        let state = workloads
            .iter()
            .find(|(_, state)| state.component == name)
            .map(|(_, state)| state);
        let declared = document.map_or(0, |component| component.replicas.unwrap_or(1));
        ComponentRow {
            name: name.to_owned(),
            status,
            replicas: state.map_or(declared, |state| state.replicas),
            ready_replicas: state.map_or(0, |state| state.ready),
            ..ComponentRow::default()
        }
    }

    async fn fail(
        &mut self,
        index: usize,
        state: JobState,
        changed: bool,
        cause: Cause,
        evidence: Evidence,
    ) {
        self.record.end_job(index, state, changed, Some(&cause));
        let component = self.plan.jobs[index].component.clone();
        let row = self.component_row(&component, Status::Failed);
        self.record.component(row, Some(&cause));
        let mut events = cluster_events(&self.record, &component, &evidence);
        events.push(EventRow {
            at_ms: self.shared.now_ms(),
            ..event(&self.record, &component, &cause)
        });
        self.record.events(events).await;
        self.failure.get_or_insert(cause);
    }

    async fn cancelled(mut self, why: &str) -> Result<(), EngineError> {
        // The end is written first: it must be visible within a second, whatever the cluster does meanwhile.
        let cause = Cause {
            reason: "Cancelled".into(),
            message: why.to_owned(),
            ..Cause::default()
        };
        let states = self.record.row.clone();
        self.record
            .end(TaskState::Cancelled, Some(&cause), None)
            .await?;
        let mut before = Record::new(Arc::clone(self.shared), states);
        before.row.plan = Some(self.plan.clone());
        let (told, _) = cancel::tidy(self.shared, &self.prepared, &before, why).await;
        let told = EventRow {
            at_ms: self.shared.now_ms(),
            ..event(&self.record, "", &told)
        };
        self.record.events(vec![told]).await;
        Ok(())
    }

    async fn end(mut self, state: TaskState) -> Result<(), EngineError> {
        let inventory = (state == TaskState::Completed)
            .then(|| inventory_after(&self.prepared, &self.app_row.inventory));
        let cause = self.failure.take();
        // Nothing is left to do but to write it down: the next task need not wait for that.
        self.slot.lend();
        Ok(self.record.end(state, cause.as_ref(), inventory).await?)
    }
}

fn stuck() -> Cause {
    Cause {
        reason: "Stuck".into(),
        message: "no job can start although none has failed".into(),
        ..Cause::default()
    }
}

fn crashed() -> Cause {
    Cause {
        reason: "InternalError".into(),
        message: "the job ended unexpectedly inside the server".into(),
        remedy: "retry the task; the server's log holds the details".into(),
        ..Cause::default()
    }
}

/// Resolves at `moment`, never when there is none.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => futures::future::pending().await,
    }
}
