//! Bounded waits that say what they wait for.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::{Duration, Instant};

use kubemin_ports::{Delivery, Hint, Queue};

/// Long enough for a rebalance on a busy machine.
pub const BOUND: Duration = Duration::from_secs(60);

/// The result of something that must not take longer.
pub async fn within<T>(bound: Duration, what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(bound, work).await {
        Ok(done) => done,
        Err(_) => panic!("{what}: not within {bound:?}"),
    }
}

/// Asks again until it holds.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let end = Instant::now() + BOUND;
    while !holds().await {
        assert!(Instant::now() < end, "{what}: not within {BOUND:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Hints `name-0` … of one namespace.
pub fn hints(name: &str, count: usize) -> Vec<Hint> {
    (0..count)
        .map(|n| Hint {
            task_id: format!("{name}-{n}"),
            namespace: "tenant-a".to_owned(),
        })
        .collect()
}

/// Their ids.
pub fn ids<'a>(hints: impl IntoIterator<Item = &'a Hint>) -> BTreeSet<String> {
    hints.into_iter().map(|hint| hint.task_id.clone()).collect()
}

/// Takes hints until all of these were seen, and acknowledges everything.
pub async fn take_all(queue: &dyn Queue, wanted: &[Hint]) {
    let mut missing = ids(wanted);
    let what = format!("{} hints such as {:?}", wanted.len(), wanted.first());
    within(BOUND, &what, async {
        while !missing.is_empty() {
            let deliveries = queue.next(10).await.unwrap();
            for delivery in &deliveries {
                missing.remove(&delivery.hint.task_id);
            }
            queue.acknowledge(&deliveries).await.unwrap();
        }
    })
    .await;
}

/// Takes this many different hints and acknowledges none.
pub async fn hold(queue: &dyn Queue, count: usize) -> Vec<Delivery> {
    let mut held: Vec<Delivery> = Vec::new();
    within(BOUND, "hints to hold", async {
        while ids(held.iter().map(|one| &one.hint)).len() < count {
            held.extend(queue.next(count - held.len()).await.unwrap());
        }
    })
    .await;
    held
}

/// Publishes until the broker takes it: after a restart, a pause or a wipe.
pub async fn publish(queue: &dyn Queue, hints: &[Hint]) {
    until("publish succeeds", || async {
        queue.publish(hints).await.is_ok()
    })
    .await;
}

/// Waits until the queue says that it is well.
pub async fn healthy(queue: &dyn Queue) {
    until("the queue is well", || async {
        queue.health().await.is_ok()
    })
    .await;
}
