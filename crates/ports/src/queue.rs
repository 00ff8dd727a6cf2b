//! Wake-up hints between replicas (decision 34, ADR 0006).
//!
//! A hint says "there is work", never "this is the work": the task is its row in the database, with owner, lease and
//! fence. Whoever gets a hint tries to claim the row and acknowledges the hint after the claim has committed, or after it
//! found nothing to claim. A hint that is lost, doubled, late or out of order costs time and nothing else, because the
//! leader's sweep finds waiting rows without any hint.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// There is a task to claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hint {
    /// Id of the task's row.
    pub task_id: String,
    /// Namespace of its application, for logs and metrics by tenant.
    pub namespace: String,
}

/// A hint that somebody received and has not acknowledged yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The hint.
    pub hint: Hint,
    /// What the broker wants to hear when the hint is acknowledged; means nothing to anybody else.
    pub receipt: String,
}

/// What went wrong between this process and the broker. None of these is the failure of a task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// The broker cannot be reached, or did not answer in time. Time heals it.
    #[error("{0}")]
    Unavailable(String),
    /// The broker answered and refused: wrong password, missing right, missing topic. Somebody has to act.
    #[error("{0}")]
    Refused(String),
    /// Reading failed as often in a row as the settings allow; only publishing goes on.
    #[error("{0}")]
    GaveUp(String),
    /// This side closed the queue.
    #[error("the queue is closed")]
    Closed,
}

/// Result of a queue call.
pub type QueueResult<T> = Result<T, QueueError>;

/// A queue of hints, seen by one process.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends hints; called after the transaction that made the tasks has committed, and never inside a request.
    ///
    /// Bounded in time. An error means that some hints may not have arrived; it is worth a warning and a metric, nothing else.
    async fn publish(&self, hints: &[Hint]) -> QueueResult<()>;

    /// Waits for hints and answers between one and `limit` of them (0 counts as 1); `limit` is the number of free slots,
    /// so that no hint waits at a full worker while another is idle.
    ///
    /// A future that is dropped loses nothing. Lost brokers are waited for with growing pauses and without an error, so an
    /// error ends the loop that called this: [`QueueError::GaveUp`] or [`QueueError::Closed`].
    async fn next(&self, limit: usize) -> QueueResult<Vec<Delivery>>;

    /// Says that these hints need not come again. Bounded in time; after an error they may come again, which is harmless.
    ///
    /// Hints that nobody acknowledges come again, here or at another process: after an idle time, or when this consumer
    /// is gone.
    async fn acknowledge(&self, deliveries: &[Delivery]) -> QueueResult<()>;

    /// Whether the broker answers and this process can read from it; the error says what is wrong. Bounded in time.
    async fn health(&self) -> QueueResult<()>;

    /// Hints not yet acknowledged, over all consumers; `None` where the broker cannot say. Bounded in time.
    async fn depth(&self) -> QueueResult<Option<u64>>;

    /// Leaves the group at once and gives back what was received and not acknowledged; every later call answers
    /// [`QueueError::Closed`]. Bounded in time.
    async fn close(&self);
}
