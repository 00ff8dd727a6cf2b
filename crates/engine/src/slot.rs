//! Workflow slots: how many tasks work at once. A task that only waits on the cluster lends its slot (decision 31).

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The slots of this process.
pub(crate) struct Slots(Arc<Semaphore>);

/// A task's hold on a slot.
pub(crate) struct Slot {
    slots: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Slots {
    pub(crate) fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count.max(1))))
    }

    /// Waits for a free slot.
    pub(crate) async fn take(&self) -> Slot {
        let permit = Arc::clone(&self.0).acquire_owned().await.ok();
        Slot {
            slots: Arc::clone(&self.0),
            permit,
        }
    }

    /// Waits until a slot is free. Answers how many are.
    pub(crate) async fn free(&self) -> usize {
        let waited = self.0.acquire().await.map(drop);
        waited.map_or(0, |()| self.0.available_permits().max(1))
    }

    /// A slot that is free now.
    pub(crate) fn try_take(&self) -> Option<Slot> {
        let permit = Arc::clone(&self.0).try_acquire_owned().ok()?;
        Some(Slot {
            slots: Arc::clone(&self.0),
            permit: Some(permit),
        })
    }
}

impl Slot {
    /// Gives the slot to others for as long as this task only waits.
    pub(crate) fn lend(&mut self) {
        self.permit = None;
    }

    /// Waits until the task holds a slot again.
    pub(crate) async fn retake(&mut self) {
        if self.permit.is_none() {
            self.permit = Arc::clone(&self.slots).acquire_owned().await.ok();
        }
    }
}
