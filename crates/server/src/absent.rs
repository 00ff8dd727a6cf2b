//! The cluster of a server that has none: every call says why, and the server serves what it has stored.

use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use kubemin_objects::{ClusterFacts, Kind, Object, ObjectKey, Observed, PodState, WorkloadState};
use kubemin_ports::cluster::{
    Applied, ApplyOptions, Change, Cluster, ClusterError, ClusterResult, Live, LogLine, LogRequest,
};
use kubemin_workflow::diagnosis::{EventFact, Evidence};
use serde_json::Value;
use tokio::sync::broadcast;

/// No cluster.
pub(crate) struct Absent {
    why: String,
    changes: broadcast::Sender<Change>,
}

impl Absent {
    /// `why` goes on after "the API server cannot be reached: ".
    pub(crate) fn because(why: String) -> Self {
        Self {
            why,
            changes: broadcast::channel(1).0,
        }
    }

    fn refuse<T>(&self) -> ClusterResult<T> {
        Err(ClusterError::Unavailable(self.why.clone()))
    }
}

#[async_trait]
impl Cluster for Absent {
    async fn version(&self) -> ClusterResult<String> {
        self.refuse()
    }

    async fn facts(&self, _: ClusterFacts) -> ClusterResult<ClusterFacts> {
        self.refuse()
    }

    async fn read(&self, _: &[ObjectKey]) -> ClusterResult<Vec<Option<Live>>> {
        self.refuse()
    }

    async fn find(&self, _: &[ObjectKey]) -> ClusterResult<Vec<Option<Live>>> {
        self.refuse()
    }

    async fn apply(&self, _: &Object, _: Option<&Live>, _: ApplyOptions) -> ClusterResult<Applied> {
        self.refuse()
    }

    async fn delete(&self, _: &ObjectKey, _: &str) -> ClusterResult<bool> {
        self.refuse()
    }

    async fn wait_gone(&self, _: &ObjectKey, _: Duration) -> ClusterResult<bool> {
        self.refuse()
    }

    async fn delete_pod(&self, _: &str, _: &str, _: &str) -> ClusterResult<()> {
        self.refuse()
    }

    fn drift(&self, _: &Object, _: &Live) -> Vec<(String, Value, Value)> {
        Vec::new()
    }

    fn differs(&self, _: &Object, _: &Live) -> bool {
        true
    }

    async fn claims_of(&self, _: &str, _: &str) -> ClusterResult<Vec<Observed>> {
        self.refuse()
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    fn synced(&self) -> bool {
        false
    }

    fn workload(&self, _: &ObjectKey) -> Option<WorkloadState> {
        None
    }

    fn pods(&self, _: &str, _: &str, _: &str) -> Vec<PodState> {
        Vec::new()
    }

    fn workloads(&self, _: &str) -> Vec<(ObjectKey, WorkloadState)> {
        Vec::new()
    }

    async fn evidence(&self, _: &ObjectKey, _: &[PodState], _: bool) -> ClusterResult<Evidence> {
        self.refuse()
    }

    async fn events(&self, _: &str, _: &str) -> ClusterResult<Vec<EventFact>> {
        self.refuse()
    }

    async fn logs(
        &self,
        _: LogRequest,
    ) -> ClusterResult<BoxStream<'static, ClusterResult<LogLine>>> {
        self.refuse()
    }

    async fn has_namespace(&self, _: &str) -> ClusterResult<bool> {
        self.refuse()
    }

    async fn serves(&self, _: Kind) -> ClusterResult<bool> {
        self.refuse()
    }
}
