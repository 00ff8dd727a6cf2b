//! The leader's net: work whose owner is gone, and work that no hint has reached (decision 34).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::{Hint, StoreResult, WaitingTask};
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use crate::engine::Shared;
use crate::fleet::Replicas;

/// Rows of one pass: enough for every replica's slots, few enough to keep streams short.
const BATCH: usize = 500;
/// A hint for the same task is sent again after this time.
const HINT_AGAIN: Duration = Duration::from_secs(30);

/// When a task was hinted at last.
type Hinted = HashMap<String, Instant>;

/// Sweeps while this replica leads, until the engine stops.
pub(crate) async fn run(shared: Arc<Shared>, replicas: Arc<Replicas>) {
    let mut hinted = Hinted::new();
    loop {
        if replicas.election.leads()
            && let Err(fault) = pass(&shared, &replicas, &mut hinted).await
        {
            warn!(%fault, "the database does not answer the sweep; trying again");
        }
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = sleep(shared.settings.poll_interval) => {}
        }
    }
}

async fn pass(shared: &Shared, replicas: &Replicas, hinted: &mut Hinted) -> StoreResult<()> {
    reclaim(shared).await?;
    let waiting = shared.store.waiting_tasks(BATCH).await?;
    if shared.standing.borrow().role.executes {
        shared.wake.notify_one();
    }
    hint(shared, replicas, waiting, hinted).await;
    Ok(())
}

async fn reclaim(shared: &Shared) -> StoreResult<()> {
    for task in shared.store.expired(BATCH).await? {
        if shared.store.reclaim(&task.task_id, task.fence).await? {
            info!(
                task = task.task_id,
                owner = task.owner,
                "taken back: its owner was silent"
            );
            shared.announce(&task.task_id, &task.app_id);
        }
    }
    Ok(())
}

/// Hints for what was not hinted at lately. Fresh tasks have had the hint of whoever stored them, or get this one.
async fn hint(
    shared: &Shared,
    replicas: &Replicas,
    waiting: Vec<WaitingTask>,
    hinted: &mut Hinted,
) {
    hinted.retain(|_, at| at.elapsed() < HINT_AGAIN);
    if !shared.standing.borrow().situation.broker_answers {
        return;
    }
    let hints: Vec<Hint> = waiting
        .into_iter()
        .filter(|task| !hinted.contains_key(&task.id))
        .map(|task| Hint {
            task_id: task.id,
            namespace: task.namespace,
        })
        .collect();
    if hints.is_empty() {
        return;
    }
    match replicas.queue.publish(&hints).await {
        Ok(()) => hinted.extend(hints.into_iter().map(|hint| (hint.task_id, Instant::now()))),
        Err(fault) => warn!(%fault, "hints could not be sent; the next sweep sends them again"),
    }
}
