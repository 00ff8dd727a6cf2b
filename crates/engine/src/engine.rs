//! The engine's handle: start, wake, cancel, look, stop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kubemin_ports::{Clock, Cluster, Store, StoreError};
use kubemin_workflow::TaskState;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::reservation::Reservations;
use crate::slot::Slots;
use crate::status::Known;
use crate::{EngineSettings, dispatch, retention, status};

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
    /// Component rows as they were written last.
    pub(crate) known: tokio::sync::Mutex<Known>,
    events: broadcast::Sender<TaskEvent>,
    running: Mutex<HashMap<String, CancellationToken>>,
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
            known: tokio::sync::Mutex::default(),
            events: broadcast::channel(EVENT_BUFFER).0,
            running: Mutex::default(),
        });
        shared.tasks.spawn(dispatch::run(Arc::clone(&shared)));
        shared.tasks.spawn(status::run(Arc::clone(&shared)));
        shared.tasks.spawn(keep_house(Arc::clone(&shared)));
        Self { shared }
    }

    /// Looks for stored tasks now instead of at the next poll.
    pub fn wake(&self) {
        self.shared.wake.notify_one();
    }

    /// Asks for a task's end; takes effect within a second. Answers the state it is in now.
    pub async fn cancel(&self, task_id: &str, reason: &str) -> Result<TaskState, StoreError> {
        let state = self.shared.store.request_cancel(task_id, reason).await?;
        if let Some(token) = self.shared.running().get(task_id) {
            token.cancel();
        }
        self.wake();
        Ok(state)
    }

    /// Ends tasks of an application whose end was asked for in the database, by a request with force.
    pub async fn heed_requests(&self, app_id: &str) -> Result<(), StoreError> {
        for task in self.shared.store.tasks(app_id, ACTIVE).await? {
            if task.cancel_requested
                && let Some(token) = self.shared.running().get(&task.id)
            {
                token.cancel();
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

    pub(crate) fn enter(&self, task_id: &str) -> CancellationToken {
        let token = CancellationToken::new();
        self.running().insert(task_id.to_owned(), token.clone());
        token
    }

    pub(crate) fn leave(&self, task_id: &str) {
        self.running().remove(task_id);
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
