//! Finds stored tasks and starts them, oldest first, one active task per application (decision 32).

use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::StoreResult;
use kubemin_workflow::TaskState;
use tokio::time::{sleep, timeout};
use tracing::{error, warn};

use crate::engine::Shared;
use crate::run::run_task;
use crate::slot::Slot;

/// Rows looked at in one pass.
const BATCH: usize = 200;
/// Pause after the database did not answer.
const RETRY: Duration = Duration::from_millis(500);

/// Takes over what an earlier process of this data folder left under way, then serves stored tasks until stopped.
pub(crate) async fn run(shared: Arc<Shared>) {
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = serve(&shared) => {}
    }
}

async fn serve(shared: &Arc<Shared>) {
    // The data folder's lock proves that nobody else runs these rows (decision 33).
    take_all(shared, &[TaskState::Queued, TaskState::Running]).await;
    loop {
        take_all(shared, &[TaskState::Waiting]).await;
        // A missed wake-up costs one interval, never a task.
        let _ = timeout(shared.settings.poll_interval, shared.wake.notified()).await;
    }
}

async fn take_all(shared: &Arc<Shared>, states: &'static [TaskState]) {
    loop {
        match take_batch(shared, states).await {
            Ok(started) if started > 0 => {}
            Ok(_) => return,
            Err(fault) => {
                warn!(%fault, "the database does not answer; trying again");
                sleep(RETRY).await;
            }
        }
    }
}

/// Starts every task of one pass that can be claimed; answers how many.
async fn take_batch(shared: &Arc<Shared>, states: &'static [TaskState]) -> StoreResult<usize> {
    let mut started = 0;
    for (task_id, _) in shared.store.tasks_in(states, BATCH).await? {
        let slot = shared.slots.take().await;
        if start(shared, &task_id, states, slot).await? {
            started += 1;
        }
    }
    Ok(started)
}

async fn start(
    shared: &Arc<Shared>,
    task_id: &str,
    states: &[TaskState],
    slot: Slot,
) -> StoreResult<bool> {
    let Some(row) = shared
        .store
        .claim(task_id, &shared.settings.owner, states)
        .await?
    else {
        return Ok(false);
    };
    let token = shared.enter(&row.id);
    let shared = Arc::clone(shared);
    shared.clone().tasks.spawn(async move {
        let (id, app_id) = (row.id.clone(), row.app_id.clone());
        if let Err(fault) = run_task(&shared, row, token, slot).await {
            error!(task = %id, %fault, "the task goes on at the next start");
        }
        shared.leave(&id);
        shared.announce(&id, &app_id);
        shared.wake.notify_one();
    });
    Ok(true)
}
