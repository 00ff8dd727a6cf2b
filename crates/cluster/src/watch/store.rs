//! What the watches have seen.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use kubemin_objects::{ObjectKey, PodState, WorkloadState};
use kubemin_ports::Change;
use tokio::sync::broadcast;

use super::index::{Index, Owner, Tracked};
use super::pod::PodKey;

/// Changes a slow reader may lag behind before it has to look at everything again.
const CHANGES: usize = 1024;

/// States of workloads and pods, and the announcement of their changes.
pub(crate) struct Store {
    pub(super) workloads: RwLock<Index<ObjectKey, WorkloadState>>,
    pub(super) pods: RwLock<Index<PodKey, PodState>>,
    changes: broadcast::Sender<Change>,
    /// Watches whose first listing has not arrived.
    unlisted: AtomicU8,
}

impl Store {
    /// An empty store that `watches` watches will fill.
    pub(crate) fn new(watches: u8) -> Self {
        Self {
            workloads: RwLock::default(),
            pods: RwLock::default(),
            changes: broadcast::channel(CHANGES).0,
            unlisted: AtomicU8::new(watches),
        }
    }

    pub(crate) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    pub(crate) fn synced(&self) -> bool {
        self.unlisted.load(Ordering::Acquire) == 0
    }

    pub(crate) fn workload(&self, key: &ObjectKey) -> Option<WorkloadState> {
        reading(&self.workloads).get(key).cloned()
    }

    pub(crate) fn workloads(&self, app_id: &str) -> Vec<(ObjectKey, WorkloadState)> {
        reading(&self.workloads)
            .of_app(app_id)
            .map(|(key, state)| (key.clone(), state.clone()))
            .collect()
    }

    pub(crate) fn pods(&self, namespace: &str, app_id: &str, component: &str) -> Vec<PodState> {
        let pods = reading(&self.pods);
        let here = pods
            .of_component(app_id, component)
            .filter(|((place, _), _)| place == namespace);
        here.map(|(_, state)| state.clone()).collect()
    }

    pub(crate) fn pod(&self, namespace: &str, name: &str) -> Option<PodState> {
        reading(&self.pods)
            .get(&(namespace.to_owned(), name.to_owned()))
            .cloned()
    }

    /// Pods of all components of an application in a namespace.
    pub(crate) fn pods_of_app(&self, namespace: &str, app_id: &str) -> Vec<PodState> {
        let pods = reading(&self.pods);
        let here = pods
            .of_app(app_id)
            .filter(|((place, _), _)| place == namespace);
        here.map(|(_, state)| state.clone()).collect()
    }

    /// The first listing of one watch is complete.
    pub(super) fn listed(&self) {
        self.unlisted.fetch_sub(1, Ordering::AcqRel);
    }

    /// Tells readers whose picture has changed. Nobody listening is fine.
    pub(super) fn announce(&self, owners: impl IntoIterator<Item = Owner>) {
        for (app_id, component) in owners {
            let _ = self.changes.send(Change { app_id, component });
        }
    }
}

pub(super) fn reading<K, T: Tracked>(
    index: &RwLock<Index<K, T>>,
) -> RwLockReadGuard<'_, Index<K, T>> {
    index.read().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn writing<K, T: Tracked>(
    index: &RwLock<Index<K, T>>,
) -> RwLockWriteGuard<'_, Index<K, T>> {
    index.write().unwrap_or_else(PoisonError::into_inner)
}
