//! Prolongs the leases of tasks under way, and stops work on a task that may be somebody else's by now.

use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::HeldTask;
use tokio::time::{Instant, sleep, timeout};
use tracing::warn;

use crate::engine::Shared;
use crate::hold::Hold;

/// How often leases are prolonged. Far more often than they need it: the answer says whose end was asked for at another
/// replica, and that must be heard within a second.
const BEAT: Duration = Duration::from_millis(700);
/// Longest wait for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Beats until the engine has stopped.
pub(crate) async fn run(shared: Arc<Shared>) {
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = sleep(BEAT) => {}
        }
        beat(&shared).await;
        give_up(&shared.held());
    }
}

async fn beat(shared: &Shared) {
    let held = shared.held();
    if held.is_empty() {
        return;
    }
    let rows: Vec<HeldTask> = held
        .iter()
        .map(|(task_id, hold)| HeldTask {
            task_id: task_id.clone(),
            fence: hold.fence,
        })
        .collect();
    let sent = Instant::now();
    let renewed = match timeout(
        ANSWER_WITHIN,
        shared.store.renew(&shared.settings.owner, &rows),
    )
    .await
    {
        Ok(Ok(renewed)) => renewed,
        Ok(Err(fault)) => return warn!(%fault, "leases could not be prolonged"),
        Err(_) => return warn!("leases could not be prolonged: no answer of the database"),
    };
    for (task_id, hold) in held {
        match renewed.iter().find(|row| row.task_id == task_id) {
            Some(row) => {
                hold.prove(sent);
                if row.cancel_requested {
                    hold.cancel.cancel();
                }
            }
            // It may have ended meanwhile; then nobody listens.
            None => hold.lost.cancel(),
        }
    }
}

fn give_up(held: &[(String, Arc<Hold>)]) {
    for (task, hold) in held {
        if !hold.is_ours() && !hold.lost.is_cancelled() {
            warn!(task, "the lease may have run out; work on the task stops");
            hold.lost.cancel();
        }
    }
}
