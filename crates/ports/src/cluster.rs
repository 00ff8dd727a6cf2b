//! The Kubernetes cluster.

use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use kubemin_objects::{ClusterFacts, Kind, Object, ObjectKey, Observed, PodState, WorkloadState};
use kubemin_workflow::diagnosis::{EventFact, Evidence};
use serde_json::Value;
use tokio::sync::broadcast;

/// An object as the cluster has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// Metadata.
    pub observed: Observed,
    /// The whole object, without managed fields. Secret values are present: never log or answer it.
    pub body: Value,
    /// `metadata.managedFields`: who has set which fields. No values are in it.
    pub managed: Value,
}

/// How to apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ApplyOptions {
    /// Ask the API server without changing anything.
    pub dry_run: bool,
}

/// What applying gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// Whether something was written.
    pub changed: bool,
    /// `metadata.generation` after it (0 for kinds without).
    pub generation: i64,
    /// Unique id.
    pub uid: String,
}

/// A change of a watched workload or pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Application id label.
    pub app_id: String,
    /// Component name label.
    pub component: String,
}

/// What went wrong with the cluster.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClusterError {
    /// The API server refused: quota, admission, validation, rights. Final until something is changed.
    #[error("the API server refuses {object}: {message}")]
    Refused {
        /// `Kind/name`.
        object: String,
        /// `Forbidden`, `Invalid`, `QuotaExceeded`, `AdmissionRefused`, `NamespaceMissing` …
        reason: String,
        /// Its words.
        message: String,
    },
    /// Somebody changed the object at the same moment, or a conflict of field owners.
    #[error("conflict on {object}: {message}")]
    Conflict {
        /// `Kind/name`.
        object: String,
        /// Its words.
        message: String,
    },
    /// No answer, or a passing fault; worth another try.
    #[error("the API server cannot be reached: {0}")]
    Unavailable(String),
}

impl ClusterError {
    /// Whether the same call may succeed later without any change.
    pub fn is_passing(&self) -> bool {
        !matches!(self, Self::Refused { .. })
    }
}

/// Result of a cluster call.
pub type ClusterResult<T> = Result<T, ClusterError>;

/// Which logs to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogRequest {
    /// Namespace.
    pub namespace: String,
    /// Application id.
    pub app_id: String,
    /// Component; all when `None`.
    pub component: Option<String>,
    /// Container; all when `None`.
    pub container: Option<String>,
    /// Go on as lines come.
    pub follow: bool,
    /// Of the container before the last restart.
    pub previous: bool,
    /// Last lines of each container; all when `None`.
    pub tail: Option<i64>,
}

/// A log line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogLine {
    /// Pod.
    pub pod: String,
    /// Container.
    pub container: String,
    /// Text without the line end.
    pub text: String,
}

/// The cluster. Calls have time limits of their own and name what they waited for when these run out.
#[async_trait]
pub trait Cluster: Send + Sync {
    /// Whether the API server answers; its version.
    async fn version(&self) -> ClusterResult<String>;
    /// Facts that change what objects look like (Gateway API installed …), merged over `base`.
    async fn facts(&self, base: ClusterFacts) -> ClusterResult<ClusterFacts>;

    /// Reads objects, `None` where there is none.
    async fn read(&self, keys: &[ObjectKey]) -> ClusterResult<Vec<Option<Live>>>;
    /// As [`Cluster::read`], for objects that we have not made: the API server's cache may say that there is none, which spares
    /// its database a question for every new object. What is found is read anew, so that nothing is decided by a cache.
    async fn find(&self, keys: &[ObjectKey]) -> ClusterResult<Vec<Option<Live>>>;
    /// Server-side apply. Nothing is sent when `live` already has every field (hash annotation and values agree).
    async fn apply(
        &self,
        object: &Object,
        live: Option<&Live>,
        options: ApplyOptions,
    ) -> ClusterResult<Applied>;
    /// Deletes an object when its uid still is `uid` (any when empty). `false` when it was gone already.
    async fn delete(&self, key: &ObjectKey, uid: &str) -> ClusterResult<bool>;
    /// Waits until an object is gone, at most `limit`. `false` when it is still there.
    async fn wait_gone(&self, key: &ObjectKey, limit: Duration) -> ClusterResult<bool>;
    /// Deletes a pod (a broken pod of an old revision blocks a StatefulSet's update).
    async fn delete_pod(&self, namespace: &str, name: &str, uid: &str) -> ClusterResult<()>;
    /// Fields that applying `object` would change: dotted path, wanted, found. Those that somebody changed or removed by
    /// hand (decision 38), and those that we applied and `object` has no more; these are wanted as null.
    fn drift(&self, object: &Object, live: &Live) -> Vec<(String, Value, Value)>;
    /// Whether applying `object` over `live` would send a write.
    fn differs(&self, object: &Object, live: &Live) -> bool;
    /// Claims that carry an application id label, in a namespace.
    async fn claims_of(&self, namespace: &str, app_id: &str) -> ClusterResult<Vec<Observed>>;

    /// Changes of watched workloads and pods. A lagging reader skips and must look again.
    fn changes(&self) -> broadcast::Receiver<Change>;
    /// Whether the first listing of every watch has arrived.
    fn synced(&self) -> bool;
    /// Watched state of a workload.
    fn workload(&self, key: &ObjectKey) -> Option<WorkloadState>;
    /// Watched pods of a component.
    fn pods(&self, namespace: &str, app_id: &str, component: &str) -> Vec<PodState>;
    /// Every watched workload, for the status writer.
    fn workloads(&self, app_id: &str) -> Vec<(ObjectKey, WorkloadState)>;
    /// Fetches what explains why a workload is not ready: events, claims, node room when `with_nodes`, log tails of
    /// crashed containers (at most 10 lines each).
    async fn evidence(
        &self,
        workload: &ObjectKey,
        pods: &[PodState],
        with_nodes: bool,
    ) -> ClusterResult<Evidence>;
    /// Kubernetes events about a component's objects, oldest first.
    async fn events(&self, namespace: &str, app_id: &str) -> ClusterResult<Vec<EventFact>>;
    /// Log lines of an application's pods.
    async fn logs(
        &self,
        request: LogRequest,
    ) -> ClusterResult<BoxStream<'static, ClusterResult<LogLine>>>;
    /// Whether a namespace is there. `true` as well when the server may not ask: the first write tells.
    async fn has_namespace(&self, name: &str) -> ClusterResult<bool>;
    /// Kinds that the API server serves among those given (HTTPRoute may be missing).
    async fn serves(&self, kind: Kind) -> ClusterResult<bool>;
}
