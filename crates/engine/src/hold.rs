//! This process's hold on a task: valid until the lease in the database may have run out.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A claimed task, as the process that works on it sees it.
#[derive(Debug)]
pub(crate) struct Hold {
    /// Fencing number of the claim.
    pub(crate) fence: i64,
    /// Somebody asked for the task's end.
    pub(crate) cancel: CancellationToken,
    /// The task may belong to somebody else by now: nothing may be done for it any more.
    pub(crate) lost: CancellationToken,
    /// How long a proof is worth something; endless where no other process can take the task.
    worth: Option<Duration>,
    /// When the request was sent whose answer said that the task is ours.
    proven: Mutex<Instant>,
}

impl Hold {
    /// Claimed by a request sent at `proven`.
    pub(crate) fn new(fence: i64, proven: Instant, worth: Option<Duration>) -> Self {
        Self {
            fence,
            cancel: CancellationToken::new(),
            lost: CancellationToken::new(),
            worth,
            proven: Mutex::new(proven),
        }
    }

    /// Whether the task is ours for sure. A process that was paused asks itself before each effect.
    pub(crate) fn is_ours(&self) -> bool {
        let proven = *self.proven.lock().unwrap_or_else(PoisonError::into_inner);
        !self.lost.is_cancelled() && self.worth.is_none_or(|worth| proven.elapsed() < worth)
    }

    /// The database said so to a request sent at `sent`.
    pub(crate) fn prove(&self, sent: Instant) {
        *self.proven.lock().unwrap_or_else(PoisonError::into_inner) = sent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ago(seconds: u64) -> Instant {
        Instant::now() - Duration::from_secs(seconds)
    }

    #[test]
    fn a_hold_ends_by_the_clock_of_its_holder_unless_it_is_proven_again() {
        let worth = Some(Duration::from_secs(20));
        assert!(Hold::new(1, ago(10), worth).is_ours());
        let hold = Hold::new(1, ago(21), worth);
        assert!(!hold.is_ours());
        hold.prove(ago(1));
        assert!(hold.is_ours());
    }

    #[test]
    fn alone_a_hold_lasts_until_it_is_lost() {
        let hold = Hold::new(1, ago(60), None);
        assert!(hold.is_ours());
        hold.lost.cancel();
        assert!(!hold.is_ours());
    }
}
