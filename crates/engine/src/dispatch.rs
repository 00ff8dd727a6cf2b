//! Finds stored tasks and starts them: one active task per application (decision 32), namespaces in turns (decision 34).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use kubemin_ports::{Delivery, Hint, QueueError, StoreResult, TaskRow, WaitingTask};
use kubemin_workflow::TaskState;
use tokio::time::{Instant, sleep, timeout};
use tracing::{error, warn};

use crate::engine::Shared;
use crate::fleet::Replicas;
use crate::hold::Hold;
use crate::run::run_task;
use crate::slot::Slot;
use crate::turns::Turns;

/// Rows looked at in one pass.
const BATCH: usize = 200;
/// What was looked at is used no longer than this, so that newcomers get their turn.
const FRESH: Duration = Duration::from_millis(50);
/// Pause after the database did not answer.
const RETRY: Duration = Duration::from_millis(500);
/// Replicas that look at the same rows choose among this many of a namespace.
const SPREAD: usize = 32;

const UNDER_WAY: [TaskState; 2] = [TaskState::Queued, TaskState::Running];

/// Serves stored tasks until stopped.
pub(crate) async fn run(shared: Arc<Shared>) {
    let replicas = shared.replicas.clone();
    let serving = async {
        match replicas {
            None => alone(&shared).await,
            Some(replicas) => among(&shared, &replicas).await,
        }
    };
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = serving => {}
    }
}

/// Takes over what an earlier process of this data folder left under way, then serves stored tasks.
async fn alone(shared: &Arc<Shared>) {
    // The data folder's lock proves that nobody else runs these rows (decision 33).
    while let Err(fault) = take_over(shared).await {
        later(&fault).await;
    }
    let mut turns = Turns::in_order();
    loop {
        while let Err(fault) = start_waiting(shared, &mut turns).await {
            later(&fault).await;
        }
        // A missed wake-up costs one interval, never a task.
        let _ = timeout(shared.settings.poll_interval, shared.wake.notified()).await;
    }
}

/// Serves stored tasks while the role of this replica is to execute. A hint only wakes it: which task is next is decided
/// by the database and in turns, so that a tenant with a thousand hints does not hold up another with one.
async fn among(shared: &Arc<Shared>, replicas: &Replicas) {
    let mut turns = Turns::spread(SPREAD);
    let mut standing = shared.standing.subscribe();
    let mut deaf = false;
    loop {
        let executes = standing.wait_for(|now| now.role.executes).await.is_ok();
        if !executes {
            return;
        }
        let deliveries = tokio::select! {
            received = hints(shared, replicas), if !deaf => match received {
                Ok(deliveries) => deliveries,
                Err(fault) => {
                    error!(%fault, "no more hints are read; the sweep wakes this replica");
                    deaf = true;
                    continue;
                }
            },
            () = shared.wake.notified() => Vec::new(),
            changed = standing.changed() => if changed.is_ok() { continue } else { return },
        };
        while let Err(fault) = start_waiting(shared, &mut turns).await {
            later(&fault).await;
        }
        if let Err(fault) = replicas.queue.acknowledge(&deliveries).await {
            warn!(%fault, "hints could not be acknowledged; they come again and find nothing");
        }
    }
}

/// Hints, when there is a slot to serve one.
async fn hints(shared: &Shared, replicas: &Replicas) -> Result<Vec<Delivery>, QueueError> {
    let free = shared.slots.free().await;
    replicas.queue.next(free).await
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
        start(shared, &task_id, "", &UNDER_WAY, slot).await?;
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
        if chosen.is_empty() || !shared.may_execute() {
            return Ok(());
        }
        let starts = chosen.into_iter().map(|(task, slot)| async move {
            start(
                shared,
                &task.id,
                &task.namespace,
                &[TaskState::Waiting],
                slot,
            )
            .await
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
    namespace: &str,
    states: &[TaskState],
    slot: Slot,
) -> StoreResult<()> {
    let asked = Instant::now();
    let Some(row) = shared
        .store
        .claim(task_id, &shared.settings.owner, states)
        .await?
    else {
        return Ok(());
    };
    let hold = shared.enter(&row.id, row.fence, asked);
    let shared = Arc::clone(shared);
    let hint = Hint {
        task_id: row.id.clone(),
        namespace: namespace.to_owned(),
    };
    shared.clone().tasks.spawn(async move {
        let app_id = row.app_id.clone();
        work(&shared, row, &hold, slot).await;
        shared.leave(&hint.task_id);
        hand_back(&shared, &hold, &hint).await;
        shared.announce(&hint.task_id, &app_id);
        shared.wake.notify_one();
    });
    Ok(())
}

/// Runs the task for as long as it is ours; whoever has it next goes on with it.
async fn work(shared: &Arc<Shared>, row: TaskRow, hold: &Arc<Hold>, slot: Slot) {
    let id = row.id.clone();
    tokio::select! {
        result = run_task(shared, row, Arc::clone(hold), slot) => if let Err(fault) = result {
            error!(task = %id, %fault, "the task goes on at the next start");
        },
        () = hold.lost.cancelled() => warn!(task = %id, "the task is no longer ours"),
    }
}

/// A replica that stops leaves nobody waiting for its leases to run out.
async fn hand_back(shared: &Shared, hold: &Hold, hint: &Hint) {
    let Some(replicas) = shared
        .replicas
        .as_ref()
        .filter(|_| shared.stop.is_cancelled())
    else {
        return;
    };
    match shared.store.release(&hint.task_id, hold.fence).await {
        Ok(true) => {
            if let Err(fault) = replicas.queue.publish(std::slice::from_ref(hint)).await {
                warn!(%fault, task = hint.task_id, "handed back without a hint; the sweep finds it");
            }
        }
        // It has ended.
        Ok(false) => {}
        Err(fault) => {
            warn!(%fault, task = hint.task_id, "could not be handed back; its lease runs out")
        }
    }
}
