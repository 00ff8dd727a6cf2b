//! The database: the truth about applications, revisions, tasks and status.

use async_trait::async_trait;
use kubemin_model::Application;
use kubemin_objects::ObjectKey;
use kubemin_workflow::TaskState;

use crate::application::{
    ApplicationFilter, ApplicationRow, ComponentRow, EventRow, Page, RevisionRow,
};
use crate::task::{TaskOptions, TaskPatch, TaskRow};

/// A document to store.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRevision {
    /// Application id.
    pub app_id: String,
    /// Normalised name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Canonical document.
    pub document: Application,
    /// Why: `apply`, `scale`, `rollback to 3` …
    pub cause: String,
    /// Revision the caller has seen (If-Match); another current one is a conflict. `None` accepts any.
    pub expected: Option<i64>,
    /// Replicas to restore on `start`; `None` keeps what is stored.
    pub stopped: Option<Vec<(String, i32)>>,
    /// The task to insert in the same transaction.
    pub task: Option<NewTask>,
    /// `Idempotency-Key` of the request with a hash of its body.
    pub idempotency: Option<(String, String)>,
}

/// A task to insert.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewTask {
    /// Task id, chosen by the caller.
    pub id: String,
    /// Options.
    pub options: TaskOptions,
    /// Cancel an active task of the application first (`?force=true`, decision 32).
    pub force: bool,
}

/// What storing a revision gave.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRevision {
    /// Application id.
    pub app_id: String,
    /// Revision now current; unchanged documents keep theirs.
    pub revision: i64,
    /// The task that deploys it: the new one, or the active one of the same revision (decision 32).
    pub task_id: Option<String>,
    /// Whether the document was new or different.
    pub changed: bool,
    /// Whether this is the answer to an earlier request with the same idempotency key.
    pub replayed: bool,
}

/// What went wrong in the store.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// No such row.
    #[error("{0} not found")]
    NotFound(String),
    /// Somebody changed it in between, or the name is taken.
    #[error("{0}")]
    Conflict(String),
    /// A write with an old fencing number, or on a finished task.
    #[error("task {0} is finished or has another owner now")]
    Fenced(String),
    /// The database did not answer as it should.
    #[error("database: {0}")]
    Unavailable(String),
    /// A sealed value could not be opened, or a row not be read.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
}

/// Result of a store call.
pub type StoreResult<T> = Result<T, StoreError>;

/// A task that nobody has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingTask {
    /// Task id.
    pub id: String,
    /// Namespace of its application; empty when the application is gone.
    pub namespace: String,
}

/// A task somebody has taken, as the taker knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldTask {
    /// Task id.
    pub task_id: String,
    /// Fencing number of the claim.
    pub fence: i64,
}

/// A task whose lease was prolonged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewedTask {
    /// Task id.
    pub task_id: String,
    /// A person asked for its end.
    pub cancel_requested: bool,
}

/// A taken task whose lease is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiredTask {
    /// Task id.
    pub task_id: String,
    /// Application id.
    pub app_id: String,
    /// The process that had taken it.
    pub owner: String,
    /// Fencing number it was taken with.
    pub fence: i64,
}

/// A process that works on this database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplicaRow {
    /// Its id, another one after every start.
    pub id: String,
    /// Tasks it runs at once.
    pub slots: u32,
    /// Its version.
    pub version: String,
    /// When it checked in first, by the database's clock, milliseconds since the epoch.
    pub started_ms: i64,
    /// When it checked in last, by the same clock.
    pub seen_ms: i64,
}

/// How much of an application's past is kept; 0 keeps everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Newest revisions.
    pub revisions: u32,
    /// Newest finished tasks.
    pub tasks: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            revisions: 100,
            tasks: 100,
        }
    }
}

impl Retention {
    /// Whether nothing is ever removed.
    pub fn keeps_everything(self) -> bool {
        self.revisions == 0 && self.tasks == 0
    }
}

/// The database. Every method is one transaction.
#[async_trait]
pub trait Store: Send + Sync {
    /// Whether the database answers.
    async fn ping(&self) -> StoreResult<()>;

    /// Stores a document as a new revision when it differs from the current one, and inserts the task.
    ///
    /// A waiting task of an older revision is superseded (cancelled with reason `Superseded`); an active task of the
    /// same revision with equal options is returned instead of a new one.
    async fn put_revision(&self, new: NewRevision) -> StoreResult<StoredRevision>;
    /// Inserts a task for the current revision (decision 32 as above). Answers its id.
    async fn add_task(&self, app_id: &str, task: NewTask) -> StoreResult<String>;
    /// An application by id.
    async fn application(&self, id: &str) -> StoreResult<ApplicationRow>;
    /// An application by namespace and name.
    async fn find_application(
        &self,
        namespace: &str,
        name: &str,
    ) -> StoreResult<Option<ApplicationRow>>;
    /// Applications, newest change first.
    async fn applications(&self, filter: &ApplicationFilter) -> StoreResult<Page<ApplicationRow>>;
    /// Removes an application and everything about it except its finished tasks' record of the deletion.
    async fn remove_application(&self, id: &str) -> StoreResult<()>;
    /// Revisions, newest first.
    async fn revisions(&self, app_id: &str) -> StoreResult<Vec<RevisionRow>>;
    /// One revision.
    async fn revision(&self, app_id: &str, revision: i64) -> StoreResult<RevisionRow>;
    /// Applications whose inventory holds an object: who owns it, who shares it.
    async fn users_of(&self, key: &ObjectKey) -> StoreResult<Vec<ApplicationRow>>;

    /// A task with its jobs.
    async fn task(&self, id: &str) -> StoreResult<TaskRow>;
    /// Tasks of an application without jobs and plan, newest first.
    async fn tasks(&self, app_id: &str, limit: usize) -> StoreResult<Vec<TaskRow>>;
    /// The newest task of an application, without jobs and plan.
    async fn latest_task(&self, app_id: &str) -> StoreResult<Option<TaskRow>>;
    /// Ids and applications of tasks in one of these states, oldest first.
    async fn tasks_in(
        &self,
        states: &[TaskState],
        limit: usize,
    ) -> StoreResult<Vec<(String, String)>>;
    /// Waiting tasks that may be claimed, the first of every namespace in front of the second of any, then oldest first.
    async fn waiting_tasks(&self, limit: usize) -> StoreResult<Vec<WaitingTask>>;
    /// Takes a task: state in `from` and no other task of its application queued or running → `queued`, owner set,
    /// fence + 1, attempt + 1, a new lease. `None` when somebody else was faster or it has ended.
    async fn claim(
        &self,
        task_id: &str,
        owner: &str,
        from: &[TaskState],
    ) -> StoreResult<Option<TaskRow>>;
    /// The heartbeat: prolongs the leases of taken tasks, as long as owner and fence are those of the claim. Answers those
    /// that were prolonged; work on any other must stop, its writes are refused.
    ///
    /// The database's clock decides when a lease is over. A lease that nobody has reclaimed can still be prolonged.
    async fn renew(&self, owner: &str, held: &[HeldTask]) -> StoreResult<Vec<RenewedTask>>;
    /// Queued and running tasks whose lease is over, the longest over first: what a sweep reclaims.
    async fn expired(&self, limit: usize) -> StoreResult<Vec<ExpiredTask>>;
    /// Hands a taken task back: state `waiting`, no owner, fence + 1. `false` when it is not taken with this fence.
    async fn release(&self, task_id: &str, fence: i64) -> StoreResult<bool>;
    /// As [`Store::release`], for a task of somebody else: `false` also when its lease was prolonged in between.
    async fn reclaim(&self, task_id: &str, fence: i64) -> StoreResult<bool>;
    /// Says that a replica lives. Answers all that did within the last 15 s, itself among them; the database's clock counts.
    async fn check_in(&self, replica: &ReplicaRow) -> StoreResult<Vec<ReplicaRow>>;
    /// Begins a term of leading; every term has a larger number than all before, whatever became of the Lease.
    async fn take_lead(&self) -> StoreResult<i64>;
    /// As [`Store::put_components`], for the leader of a term. [`StoreError::Fenced`] when a later term has begun: a leader
    /// that was paused writes nothing after it lost.
    async fn put_components_leading(&self, term: i64, rows: &[ComponentRow]) -> StoreResult<()>;
    /// Writes progress of a claimed task; refused with [`StoreError::Fenced`] when fence or state do not fit.
    /// Answers whether somebody asked to cancel the task.
    async fn record(&self, task_id: &str, fence: i64, patch: TaskPatch) -> StoreResult<bool>;
    /// Asks for a task's end. A task nobody has taken becomes `cancelled` at once. Conflict when it has ended already.
    async fn request_cancel(&self, task_id: &str, reason: &str) -> StoreResult<TaskState>;
    /// Makes a failed, timed out or cancelled task's copy that starts at the first job not completed. Answers its id.
    async fn retry(&self, task_id: &str, new_id: &str) -> StoreResult<String>;

    /// Applications with more tasks or revisions than are kept; a thousand at the most of each.
    async fn overdue(&self, keep: Retention) -> StoreResult<Vec<String>>;
    /// Removes some of an application's finished tasks (with their jobs and events) and revisions, oldest first. Never goes:
    /// what has not ended, the tasks and revisions of the last two completed deployments (what runs, and what a rollback goes
    /// back to), a revision that is to be deployed. Answers how many went; 0
    /// when there is no more to remove.
    async fn prune(&self, app_id: &str, keep: Retention) -> StoreResult<usize>;
    /// Removes some records of deletions of applications that are gone: `keep.tasks` of all of them together stay. Answers
    /// as [`Store::prune`].
    async fn prune_gone(&self, keep: Retention) -> StoreResult<usize>;

    /// Status rows of an application's components, in document order.
    async fn components(&self, app_id: &str) -> StoreResult<Vec<ComponentRow>>;
    /// Status rows of many applications at once.
    async fn components_of(&self, app_ids: &[String]) -> StoreResult<Vec<ComponentRow>>;
    /// Writes status, replicas, ready replicas, reason, message and time of rows (never their type); unknown applications
    /// and components are passed over. The same holds for [`TaskPatch::components`].
    async fn put_components(&self, rows: &[ComponentRow]) -> StoreResult<()>;

    /// Appends events; the newest 500 of an application are kept.
    async fn add_events(&self, events: &[EventRow]) -> StoreResult<()>;
    /// Events of an application after `after`, oldest first.
    async fn events(&self, app_id: &str, after: i64, limit: usize) -> StoreResult<Vec<EventRow>>;
}
