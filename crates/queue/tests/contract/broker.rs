//! What a test may do to a broker.

use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::Queue;
use kubemin_queue::Worker;

/// Bound of a call in these tests.
pub const CALL: Duration = Duration::from_secs(2);

/// A running broker with one queue in it.
pub trait Broker {
    /// A process of the queue.
    fn queue(&self, consumer: &str) -> Arc<dyn Queue>;
    /// SIGKILL.
    fn kill(&self);
    /// Starts again what was killed.
    fn restart(&self);
    /// SIGSTOP.
    fn pause(&self);
    /// SIGCONT.
    fn resume(&self);
    /// Removes everything that the broker knows of the queue.
    fn wipe(&self);
    /// How another process reaches the queue, see [`crate::child`].
    fn address(&self) -> String;
}

/// Settings of a worker that is patient for no longer than a test.
pub fn worker(consumer: &str) -> Worker {
    Worker {
        consumer: consumer.to_owned(),
        read_block: Duration::from_millis(500),
        backoff_min: Duration::from_millis(50),
        backoff_max: Duration::from_secs(1),
        call_timeout: CALL,
        ..Worker::default()
    }
}
