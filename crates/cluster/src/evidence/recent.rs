//! Answers that are asked for once and shared for a moment.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::fault::Fault;

type Slot<T> = Arc<tokio::sync::Mutex<Option<(Instant, Arc<T>)>>>;

/// Answers by name. Who asks while a question is under way waits for its answer.
pub(super) struct Recent<T> {
    slots: Mutex<HashMap<String, Slot<T>>>,
    shared_for: Duration,
}

impl<T> Recent<T> {
    pub(super) fn new(shared_for: Duration) -> Self {
        Self {
            slots: Mutex::default(),
            shared_for,
        }
    }

    /// The answer, not older than this cache allows.
    pub(super) async fn get<F>(
        &self,
        name: &str,
        question: impl FnOnce() -> F,
    ) -> Result<Arc<T>, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let slot = self.slot(name);
        let mut answer = slot.lock().await;
        if let Some((at, answer)) = answer.as_ref()
            && at.elapsed() < self.shared_for
        {
            return Ok(Arc::clone(answer));
        }
        let fresh = Arc::new(question().await?);
        *answer = Some((Instant::now(), Arc::clone(&fresh)));
        Ok(fresh)
    }

    /// The slot of a name; those nobody uses any more are dropped, answers may be large.
    fn slot(&self, name: &str) -> Slot<T> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|other, slot| {
            other == name || Arc::strong_count(slot) > 1 || !self.is_old(slot)
        });
        Arc::clone(slots.entry(name.to_owned()).or_default())
    }

    fn is_old(&self, slot: &Slot<T>) -> bool {
        let answer = slot.try_lock();
        answer.is_ok_and(|answer| {
            answer
                .as_ref()
                .is_none_or(|(at, _)| at.elapsed() >= self.shared_for)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn who_asks_at_the_same_time_shares_one_answer() {
        let recent = Recent::new(Duration::from_secs(60));
        let asked = AtomicUsize::new(0);
        let question = || async {
            asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(7)
        };
        let (one, two) = tokio::join!(recent.get("ns", question), recent.get("ns", question));
        assert_eq!(
            (*one.unwrap(), *two.unwrap(), asked.load(Ordering::Relaxed)),
            (7, 7, 1)
        );
    }

    #[tokio::test]
    async fn old_answers_are_asked_for_again_and_dropped() {
        let recent = Recent::new(Duration::ZERO);
        assert_eq!(*recent.get("a", || async { Ok(1) }).await.unwrap(), 1);
        assert_eq!(*recent.get("a", || async { Ok(2) }).await.unwrap(), 2);
        recent.get("b", || async { Ok(3) }).await.unwrap();
        assert_eq!(recent.slots.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_fault_is_not_kept() {
        let recent = Recent::new(Duration::from_secs(60));
        assert!(
            recent
                .get("a", || async { Err(Fault::Silent("down".into())) })
                .await
                .is_err()
        );
        assert_eq!(*recent.get("a", || async { Ok(1) }).await.unwrap(), 1);
    }
}
