//! What the engine and the server need from the outside world. Adapters implement these traits; nobody above
//! level 4 knows SQLite, MySQL or a Kubernetes client.

pub mod application;
pub mod clock;
pub mod cluster;
pub mod election;
pub mod queue;
pub mod store;
pub mod task;

pub use application::{
    ApplicationFilter, ApplicationRow, ComponentRow, EventRow, Page, RevisionRow,
};
pub use clock::{Clock, SystemClock};
pub use cluster::{
    Applied, ApplyOptions, Change, Cluster, ClusterError, ClusterResult, Live, LogLine, LogRequest,
};
pub use election::{Census, Election, Fleet, Leadership};
pub use queue::{Delivery, Hint, Queue, QueueError, QueueResult};
pub use store::{
    ExpiredTask, HeldTask, NewRevision, NewTask, RenewedTask, ReplicaRow, Retention, Store,
    StoreError, StoreResult, WaitingTask,
};
pub use task::{JobRow, TaskPatch, TaskRow};
