//! Removes old revisions and finished tasks in the background, so that a database does not grow for ever.

use std::time::Duration;

use kubemin_ports::StoreResult;
use tokio::time::sleep;
use tracing::{debug, warn};

use crate::engine::Shared;

/// Pause after each transaction: those of tasks and requests go first.
const PAUSE: Duration = Duration::from_millis(20);

/// Sweeps at the interval of the settings until the engine stops.
pub(crate) async fn run(shared: &Shared) {
    if shared.settings.retention.keeps_everything() {
        return;
    }
    loop {
        sleep(shared.settings.retention_interval).await;
        match sweep(shared).await {
            Ok(0) => {}
            Ok(gone) => debug!(gone, "old tasks and revisions were removed"),
            Err(fault) => warn!(%fault, "old tasks and revisions stay until the next sweep"),
        }
    }
}

/// Answers how many tasks and revisions went.
async fn sweep(shared: &Shared) -> StoreResult<usize> {
    let (store, keep) = (&shared.store, shared.settings.retention);
    let mut all = 0;
    for app_id in store.overdue(keep).await? {
        loop {
            let gone = store.prune(&app_id, keep).await?;
            all += gone;
            if gone == 0 {
                break;
            }
            sleep(PAUSE).await;
        }
    }
    loop {
        let gone = store.prune_gone(keep).await?;
        all += gone;
        if gone == 0 {
            return Ok(all);
        }
        sleep(PAUSE).await;
    }
}
