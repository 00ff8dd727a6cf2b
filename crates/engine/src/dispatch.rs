//! Finds stored tasks and starts them: one active task per application (decision 32), namespaces in turns (decision 34).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use kubemin_ports::{StoreResult, WaitingTask};
use kubemin_workflow::TaskState;
use tokio::time::{Instant, sleep, timeout};
use tracing::{error, warn};

use crate::engine::Shared;
use crate::run::run_task;
use crate::slot::Slot;
use crate::turns::Turns;

/// Rows looked at in one pass.
const BATCH: usize = 200;
/// What was looked at is used no longer than this, so that newcomers get their turn.
const FRESH: Duration = Duration::from_millis(50);
/// Pause after the database did not answer.
const RETRY: Duration = Duration::from_millis(500);

const UNDER_WAY: [TaskState; 2] = [TaskState::Queued, TaskState::Running];

/// Takes over what an earlier process of this data folder left under way, then serves stored tasks until stopped.
pub(crate) async fn run(shared: Arc<Shared>) {
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = serve(&shared) => {}
    }
}

async fn serve(shared: &Arc<Shared>) {
    // The data folder's lock proves that nobody else runs these rows (decision 33).
    while let Err(fault) = take_over(shared).await {
        later(&fault).await;
    }
    let mut turns = Turns::default();
    loop {
        while let Err(fault) = start_waiting(shared, &mut turns).await {
            later(&fault).await;
        }
        // A missed wake-up costs one interval, never a task.
        let _ = timeout(shared.settings.poll_interval, shared.wake.notified()).await;
    }
}

async fn later(fault: &kubemin_ports::StoreError) {
    warn!(%fault, "the database does not answer; trying again");
    sleep(RETRY).await;
}

/// Starts every task that an earlier process had under way, oldest first.
async fn take_over(shared: &Arc<Shared>) -> StoreResult<()> {
    let mut left: VecDeque<(String, String)> = shared
        .store
        .tasks_in(&UNDER_WAY, usize::from(u16::MAX))
        .await?
        .into();
    while let Some((task_id, _)) = left.pop_front() {
        let slot = shared.slots.take().await;
        start(shared, &task_id, &UNDER_WAY, slot).await?;
    }
    Ok(())
}

/// Starts waiting tasks until none can be claimed. Who is next is decided when a slot is free, not before. All free
/// slots are filled at once: their claims share one commit, in the order of the turns.
async fn start_waiting(shared: &Arc<Shared>, turns: &mut Turns) -> StoreResult<()> {
    let mut waiting: Vec<WaitingTask> = Vec::new();
    let mut seen = Instant::now();
    loop {
        let mut slots = vec![shared.slots.take().await];
        slots.extend(std::iter::from_fn(|| shared.slots.try_take()));
        if waiting.is_empty() || seen.elapsed() > FRESH {
            waiting = shared.store.waiting_tasks(BATCH).await?;
            seen = Instant::now();
        }
        let chosen: Vec<(WaitingTask, Slot)> = slots
            .into_iter()
            .map_while(|slot| Some((turns.next(&mut waiting)?, slot)))
            .collect();
        if chosen.is_empty() {
            return Ok(());
        }
        let starts = chosen.into_iter().map(|(task, slot)| async move {
            start(shared, &task.id, &[TaskState::Waiting], slot).await
        });
        // Every claim is awaited, also beside one that failed: a claimed task must be started.
        join_all(starts)
            .await
            .into_iter()
            .collect::<StoreResult<()>>()?;
    }
}

async fn start(
    shared: &Arc<Shared>,
    task_id: &str,
    states: &[TaskState],
    slot: Slot,
) -> StoreResult<()> {
    let Some(row) = shared
        .store
        .claim(task_id, &shared.settings.owner, states)
        .await?
    else {
        return Ok(());
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
    Ok(())
}
