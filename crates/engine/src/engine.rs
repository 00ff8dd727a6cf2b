//! The engine's handle: start, wake, cancel, look, stop.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use kubemin_ports::{Clock, Cluster, Hint, Store, StoreError};
use kubemin_workflow::TaskState;
use tokio::sync::{Notify, broadcast, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

use crate::fleet::{Replicas, Standing};
use crate::hold::Hold;
use crate::reservation::Reservations;
use crate::slot::Slots;
use crate::status::Known;
use crate::{EngineSettings, dispatch, fleet, heartbeat, retention, status, sweep};

/// What the engine works with.
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The cluster.
    pub cluster: Arc<dyn Cluster>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Settings.
    pub settings: EngineSettings,
    /// What several replicas share; `None` for a process that has the database for itself (decision 33).
    pub replicas: Option<Replicas>,
}

/// Something about a task or its application changed: read the row again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskEvent {
    /// Task id; empty when only the application's status changed.
    pub task_id: String,
    /// Application id.
    pub app_id: String,
}

/// Subscribers that lag further behind skip events and read the row again.
const EVENT_BUFFER: usize = 1024;

/// An application has one task under way and one that waits; more are looked at to be sure.
const ACTIVE: usize = 10;

/// Handle to the running engine; clones share it.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) cluster: Arc<dyn Cluster>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: EngineSettings,
    pub(crate) slots: Slots,
    pub(crate) reservations: Reservations,
    pub(crate) wake: Notify,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) replicas: Option<Arc<Replicas>>,
    /// Number of this replica's newest term of leading; 0 before the first.
    term: AtomicI64,
    /// What this replica does now.
    pub(crate) standing: watch::Sender<Standing>,
    /// Component rows as they were written last.
    pub(crate) known: tokio::sync::Mutex<Known>,
    events: broadcast::Sender<TaskEvent>,
    running: Mutex<HashMap<String, Arc<Hold>>>,
}

impl Engine {
    /// Starts dispatching and writing status in the background.
    pub fn start(parts: Parts) -> Self {
        let slots = Slots::new(parts.settings.max_concurrent);
        let shared = Arc::new(Shared {
            store: parts.store,
            cluster: parts.cluster,
            clock: parts.clock,
            settings: parts.settings,
            slots,
            reservations: Reservations::default(),
            wake: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            replicas: parts.replicas.map(Arc::new),
            term: AtomicI64::new(0),
            standing: watch::Sender::default(),
            known: tokio::sync::Mutex::default(),
            events: broadcast::channel(EVENT_BUFFER).0,
            running: Mutex::default(),
        });
        shared.tasks.spawn(dispatch::run(Arc::clone(&shared)));
        shared.tasks.spawn(status::run(Arc::clone(&shared)));
        if let Some(replicas) = &shared.replicas {
            let of = || (Arc::clone(&shared), Arc::clone(replicas));
            let ((a, b), (c, d)) = (of(), of());
            shared.tasks.spawn(fleet::run(a, b));
            shared.tasks.spawn(sweep::run(c, d));
            shared.tasks.spawn(heartbeat::run(Arc::clone(&shared)));
        }
        shared.tasks.spawn(keep_house(Arc::clone(&shared)));
        Self { shared }
    }

    /// A task was stored: this process starts it, or wakes one that does.
    pub fn offer(&self, task_id: &str, namespace: &str) {
        self.wake();
        let Some(replicas) = self.shared.replicas.clone() else {
            return;
        };
        let hint = Hint {
            task_id: task_id.to_owned(),
            namespace: namespace.to_owned(),
        };
        // Never inside a request: a hint that is lost costs one interval of the sweep.
        self.shared.tasks.spawn(async move {
            if let Err(fault) = replicas.queue.publish(std::slice::from_ref(&hint)).await {
                warn!(%fault, task = hint.task_id, "nobody was woken; the sweep finds it");
            }
        });
    }

    /// Whether several replicas share the database.
    pub fn is_shared(&self) -> bool {
        self.shared.replicas.is_some()
    }

    /// What this replica does now, and why.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.shared.standing.subscribe()
    }

    /// Looks for stored tasks now instead of at the next poll.
    pub fn wake(&self) {
        self.shared.wake.notify_one();
    }

    /// Asks for a task's end; takes effect within a second. Answers the state it is in now.
    pub async fn cancel(&self, task_id: &str, reason: &str) -> Result<TaskState, StoreError> {
        let state = self.shared.store.request_cancel(task_id, reason).await?;
        if let Some(hold) = self.shared.running().get(task_id) {
            hold.cancel.cancel();
        }
        self.wake();
        Ok(state)
    }

    /// Ends tasks of an application whose end was asked for in the database, by a request with force.
    pub async fn heed_requests(&self, app_id: &str) -> Result<(), StoreError> {
        for task in self.shared.store.tasks(app_id, ACTIVE).await? {
            if task.cancel_requested
                && let Some(hold) = self.shared.running().get(&task.id)
            {
                hold.cancel.cancel();
            }
        }
        self.wake();
        Ok(())
    }

    /// Changes of tasks and of component status.
    pub fn subscribe(&self) -> broadcast::Receiver<TaskEvent> {
        self.shared.events.subscribe()
    }

    /// Tasks under way in this process.
    pub fn running_tasks(&self) -> usize {
        self.shared.running().len()
    }

    /// Stops taking tasks and leaves those under way to the next start: rows and objects are as they are.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }
}

async fn keep_house(shared: Arc<Shared>) {
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = retention::run(&shared) => {}
    }
}

impl Shared {
    pub(crate) fn announce(&self, task_id: &str, app_id: &str) {
        // Nobody listening is fine: the row holds the truth.
        let _ = self.events.send(TaskEvent {
            task_id: task_id.to_owned(),
            app_id: app_id.to_owned(),
        });
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Notes a task that was claimed by a request sent at `asked`.
    pub(crate) fn enter(&self, task_id: &str, fence: i64, asked: Instant) -> Arc<Hold> {
        // The rest of the lease is for an effect that has begun.
        let worth = self
            .replicas
            .as_ref()
            .map(|_| self.settings.task_lease * 2 / 3);
        let hold = Arc::new(Hold::new(fence, asked, worth));
        self.running().insert(task_id.to_owned(), Arc::clone(&hold));
        hold
    }

    /// Tasks under way in this process.
    pub(crate) fn held(&self) -> Vec<(String, Arc<Hold>)> {
        let running = self.running();
        let all = running
            .iter()
            .map(|(id, hold)| (id.clone(), Arc::clone(hold)));
        all.collect()
    }

    /// The term under which status is written; `None` for a process that has the database for itself.
    pub(crate) fn term(&self) -> Option<i64> {
        let term = self.term.load(Ordering::Relaxed);
        self.replicas.as_ref().map(|_| term)
    }

    /// A term of leading has begun.
    pub(crate) fn set_term(&self, term: i64) {
        self.term.store(term, Ordering::Relaxed);
    }

    /// Whether this process may begin tasks now.
    pub(crate) fn may_execute(&self) -> bool {
        self.replicas.is_none() || self.standing.borrow().role.executes
    }

    pub(crate) fn leave(&self, task_id: &str) {
        self.running().remove(task_id);
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Hold>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
