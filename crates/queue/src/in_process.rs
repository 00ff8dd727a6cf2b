//! The queue of one process (`--msg-type=noop`): wakes local dispatch.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use kubemin_ports::{Delivery, Hint, Queue, QueueError, QueueResult};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Hints kept at most; an older one makes room, since the sweep finds its task anyway.
const CAPACITY: usize = 10_000;
/// Longest sleep between two looks for hints that were not acknowledged.
const IDLE: Duration = Duration::from_secs(60);

/// Hints in memory.
#[derive(Debug)]
pub struct InProcess {
    state: Mutex<State>,
    arrived: Notify,
    redeliver_after: Duration,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Hint>,
    open: BTreeMap<u64, (Hint, Instant)>,
    last: u64,
    closed: bool,
}

impl InProcess {
    /// A hint that is not acknowledged within `redeliver_after` comes again.
    #[must_use]
    pub fn new(redeliver_after: Duration) -> Self {
        Self {
            state: Mutex::default(),
            arrived: Notify::new(),
            redeliver_after,
        }
    }

    fn lock(&self) -> QueueResult<MutexGuard<'_, State>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(QueueError::Closed);
        }
        Ok(state)
    }
}

impl State {
    fn add(&mut self, hint: Hint) {
        if self.ready.len() == CAPACITY {
            self.ready.pop_front();
        }
        self.ready.push_back(hint);
    }

    /// Puts hints back that were open for too long; when the next one will be.
    fn reopen(&mut self, now: Instant) -> Option<Instant> {
        while let Some(oldest) = self.open.first_entry() {
            if oldest.get().1 > now {
                return Some(oldest.get().1);
            }
            let (hint, _) = oldest.remove();
            self.add(hint);
        }
        None
    }

    fn deliver(&mut self, limit: usize, again_at: Instant) -> Vec<Delivery> {
        let count = limit.max(1).min(self.ready.len());
        let hints: Vec<Hint> = self.ready.drain(..count).collect();
        hints
            .into_iter()
            .map(|hint| {
                self.last += 1;
                self.open.insert(self.last, (hint.clone(), again_at));
                Delivery {
                    hint,
                    receipt: self.last.to_string(),
                }
            })
            .collect()
    }
}

#[async_trait]
impl Queue for InProcess {
    async fn publish(&self, hints: &[Hint]) -> QueueResult<()> {
        let mut state = self.lock()?;
        for hint in hints {
            state.add(hint.clone());
        }
        drop(state);
        self.arrived.notify_waiters();
        Ok(())
    }

    async fn next(&self, limit: usize) -> QueueResult<Vec<Delivery>> {
        loop {
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            arrived.as_mut().enable();
            let now = Instant::now();
            let due = {
                let mut state = self.lock()?;
                let due = state.reopen(now);
                let delivered = state.deliver(limit, now + self.redeliver_after);
                if !delivered.is_empty() {
                    return Ok(delivered);
                }
                due
            };
            // either way there is another look
            let _ = timeout_at(due.unwrap_or(now + IDLE.min(self.redeliver_after)), arrived).await;
        }
    }

    async fn acknowledge(&self, deliveries: &[Delivery]) -> QueueResult<()> {
        let mut state = self.lock()?;
        for delivery in deliveries {
            if let Ok(number) = delivery.receipt.parse() {
                state.open.remove(&number);
            }
        }
        Ok(())
    }

    async fn health(&self) -> QueueResult<()> {
        self.lock().map(drop)
    }

    async fn depth(&self) -> QueueResult<Option<u64>> {
        let state = self.lock()?;
        let count = state.ready.len() + state.open.len();
        Ok(u64::try_from(count).ok())
    }

    async fn close(&self) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed = true;
        self.arrived.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_newest_hints_stay_when_there_are_too_many() {
        let queue = InProcess::new(Duration::from_secs(60));
        let hints: Vec<Hint> = (0..=CAPACITY)
            .map(|n| Hint {
                task_id: n.to_string(),
                namespace: "default".to_owned(),
            })
            .collect();
        queue.publish(&hints).await.unwrap();
        assert_eq!(queue.depth().await.unwrap(), Some(CAPACITY as u64));
        assert_eq!(queue.next(1).await.unwrap()[0].hint.task_id, "1");
    }
}
