//! Between the task that reads from a broker and the callers of `next`.
//!
//! The reader lives in a task of its own, so a caller that goes away in the middle of a read loses nothing: what was read
//! waits here for the next caller. The reader asks for no more than callers want.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kubemin_ports::{Delivery, QueueError, QueueResult};
use tokio::sync::Notify;
#[cfg(feature = "redis")]
use tokio::time::{Duration, sleep, timeout};

/// Hints read and not yet taken, and how many callers want.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    state: Mutex<State>,
    arrived: Notify,
    wanted: Notify,
    #[cfg(feature = "redis")]
    retry: Notify,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Delivery>,
    demand: usize,
    trouble: Option<QueueError>,
    end: Option<QueueError>,
}

impl Inbox {
    /// Waits for between one and `limit` hints, or for the end of reading.
    pub(crate) async fn take(&self, limit: usize) -> QueueResult<Vec<Delivery>> {
        let limit = limit.max(1);
        let _demand = Demand::register(self, limit);
        loop {
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            // registered before the look, or a hint that arrives between look and wait is slept over
            arrived.as_mut().enable();
            if let Some(taken) = self.look(limit) {
                return taken;
            }
            arrived.await;
        }
    }

    fn look(&self, limit: usize) -> Option<QueueResult<Vec<Delivery>>> {
        let mut state = self.lock();
        if let Some(end) = &state.end {
            return Some(Err(end.clone()));
        }
        let count = limit.min(state.ready.len());
        if count == 0 {
            return None;
        }
        self.wanted.notify_one();
        Some(Ok(state.ready.drain(..count).collect()))
    }

    /// Waits until callers want more than there is; how many more.
    #[cfg(any(feature = "redis", test))]
    pub(crate) async fn demand(&self) -> usize {
        loop {
            let missing = {
                let state = self.lock();
                state.demand.saturating_sub(state.ready.len())
            };
            if missing > 0 {
                return missing;
            }
            self.wanted.notified().await;
        }
    }

    /// Waits until fewer than `bound` hints wait for a caller.
    #[cfg(feature = "kafka")]
    pub(crate) async fn room(&self, bound: usize) {
        while self.lock().ready.len() >= bound.max(1) {
            self.wanted.notified().await;
        }
    }

    /// Puts what was read.
    pub(crate) fn put(&self, deliveries: impl IntoIterator<Item = Delivery>) {
        self.lock().ready.extend(deliveries);
        self.arrived.notify_waiters();
    }

    /// Waits after a failure: for `pause`, or for half of `shortest` and then until somebody says that the broker is back.
    #[cfg(feature = "redis")]
    pub(crate) async fn pause(&self, pause: Duration, shortest: Duration) {
        let early = async {
            sleep(shortest / 2).await;
            self.retry.notified().await;
        };
        // the earlier of the two counts
        let _ = timeout(pause, early).await;
    }

    /// Another connection reached the broker: reading need not wait any longer.
    #[cfg(feature = "redis")]
    pub(crate) fn reached(&self) {
        if self.failed_last() {
            self.retry.notify_one();
        }
    }

    /// Notes that reading fails at present, or works again. A refusal stays until it works again: a broker that refuses a
    /// login is reported as away afterwards.
    pub(crate) fn note(&self, trouble: Option<QueueError>) {
        let mut state = self.lock();
        let away = matches!(trouble, Some(QueueError::Unavailable(_)));
        if !(away && matches!(state.trouble, Some(QueueError::Refused(_)))) {
            state.trouble = trouble;
        }
    }

    /// What keeps this process from reading at present. While nobody wants hints, none are read, and a broker that was away
    /// may be back: a caller that waits for good health before it wants hints must not wait for ever.
    pub(crate) fn trouble(&self) -> Option<QueueError> {
        let state = self.lock();
        let stands = |trouble: &QueueError| {
            state.demand > 0 || !matches!(trouble, QueueError::Unavailable(_))
        };
        let reading = state.trouble.clone().filter(stands);
        state.end.clone().or(reading)
    }

    /// Whether the last try to read failed, whoever wants hints now.
    pub(crate) fn failed_last(&self) -> bool {
        self.lock().trouble.is_some()
    }

    /// Whether nothing is read any more because this side closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().end == Some(QueueError::Closed)
    }

    /// Ends reading for this reason. `Closed` replaces any other reason; the first other one stays.
    pub(crate) fn end(&self, reason: QueueError) {
        let mut state = self.lock();
        if state.end.is_none() || reason == QueueError::Closed {
            state.end = Some(reason);
        }
        state.ready.clear();
        drop(state);
        self.arrived.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A caller's wish, taken back when the caller goes away.
struct Demand<'a> {
    inbox: &'a Inbox,
    count: usize,
}

impl<'a> Demand<'a> {
    fn register(inbox: &'a Inbox, count: usize) -> Self {
        inbox.lock().demand += count;
        inbox.wanted.notify_one();
        Self { inbox, count }
    }
}

impl Drop for Demand<'_> {
    fn drop(&mut self) {
        self.inbox.lock().demand -= self.count;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use kubemin_ports::Hint;
    use tokio::time::timeout;

    use super::*;

    const BOUND: Duration = Duration::from_secs(5);

    fn delivery(id: &str) -> Delivery {
        Delivery {
            hint: Hint {
                task_id: id.to_owned(),
                namespace: "default".to_owned(),
            },
            receipt: id.to_owned(),
        }
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_loses_nothing_and_wants_nothing() {
        let inbox = Inbox::default();
        let gone = timeout(Duration::from_millis(1), inbox.take(3)).await;
        assert!(gone.is_err());
        assert_eq!(inbox.lock().demand, 0);
        inbox.put([delivery("a")]);
        let taken = timeout(BOUND, inbox.take(3)).await.unwrap().unwrap();
        assert_eq!(taken, [delivery("a")]);
    }

    #[tokio::test]
    async fn the_reader_is_asked_for_what_callers_still_miss() {
        let inbox = Arc::new(Inbox::default());
        let caller = tokio::spawn({
            let inbox = inbox.clone();
            async move { inbox.take(4).await }
        });
        assert_eq!(timeout(BOUND, inbox.demand()).await.unwrap(), 4);
        inbox.put((0..6).map(|n| delivery(&n.to_string())));
        assert_eq!(caller.await.unwrap().unwrap().len(), 4);
        assert!(
            timeout(Duration::from_millis(20), inbox.demand())
                .await
                .is_err()
        );
    }

    #[cfg(feature = "redis")]
    #[tokio::test]
    async fn a_pause_ends_when_the_broker_was_reached_but_not_before_the_shortest() {
        let inbox = Inbox::default();
        inbox.note(Some(QueueError::Unavailable("away".to_owned())));
        inbox.reached();
        let (start, shortest) = (std::time::Instant::now(), Duration::from_millis(40));
        let long = Duration::from_secs(300);
        timeout(BOUND, inbox.pause(long, shortest)).await.unwrap();
        assert!(start.elapsed() >= shortest / 2);
    }

    #[tokio::test]
    async fn trouble_is_trouble_only_for_those_who_want_hints() {
        let inbox = Arc::new(Inbox::default());
        inbox.note(Some(QueueError::Unavailable("gone".to_owned())));
        assert_eq!(inbox.trouble(), None);
        let caller = tokio::spawn({
            let inbox = inbox.clone();
            async move { inbox.take(1).await }
        });
        timeout(BOUND, inbox.demand()).await.unwrap();
        assert!(inbox.trouble().is_some());
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(inbox.trouble(), None);
    }

    #[tokio::test]
    async fn callers_hear_of_the_end_and_closing_outweighs_other_reasons() {
        let inbox = Inbox::default();
        inbox.end(QueueError::GaveUp("3 reads failed".to_owned()));
        let gave_up = inbox.take(1).await;
        assert!(matches!(gave_up, Err(QueueError::GaveUp(_))));
        inbox.end(QueueError::Closed);
        inbox.end(QueueError::GaveUp("later".to_owned()));
        assert_eq!(inbox.take(1).await, Err(QueueError::Closed));
    }
}
