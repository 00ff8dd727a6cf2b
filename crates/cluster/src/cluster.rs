//! [`KubeCluster`]: every call of the contract, each in a module of its own.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use kubemin_objects::{ClusterFacts, Kind, Object, ObjectKey, Observed, PodState, WorkloadState};
use kubemin_ports::Fleet;
use kubemin_ports::cluster::{
    Applied, ApplyOptions, Change, Cluster, ClusterError, ClusterResult, Live, LogLine, LogRequest,
};
use kubemin_workflow::diagnosis::{EventFact, Evidence};
use serde_json::Value;
use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::api_server::ApiServer;
use crate::evidence::{self, Witness};
use crate::lease::{LeaseElection, LeaseOptions};
use crate::namespaces::Namespaces;
use crate::options::Options;
use crate::served::Served;
use crate::watch::{Scope, Store, WATCHES};
use crate::{apply, delete, discovery, fleet, logs, path, read, watch};

/// A Kubernetes cluster. Its watches end when the last handle is dropped.
pub struct KubeCluster {
    api: Arc<ApiServer>,
    store: Arc<Store>,
    hash_key: Vec<u8>,
    served: Served,
    namespaces: Namespaces,
    witness: Witness,
    _watches: DropGuard,
}

impl KubeCluster {
    /// Reads the configuration and begins to watch in the background. Waits for no answer of the API server: calls
    /// fail with [`ClusterError::Unavailable`] as long as it cannot be reached.
    pub async fn connect(options: Options) -> ClusterResult<Arc<Self>> {
        if !options.installation.is_empty() && !path::is_label_value(&options.installation) {
            let why = format!(
                "the installation name {:?} is no label value",
                options.installation
            );
            return Err(ClusterError::Unavailable(why));
        }
        let api = Arc::new(ApiServer::configure(&options).await?);
        let store = Arc::new(Store::new(WATCHES));
        let scope = Scope {
            namespace: options.namespace,
            own_namespace: api.own_namespace.clone(),
            installation: options.installation,
        };
        let stop = CancellationToken::new();
        watch::start(&api, &store, &scope, &stop);
        let served = Served::default();
        Ok(Arc::new(Self {
            api,
            store,
            hash_key: options.hash_key,
            served,
            namespaces: Namespaces::default(),
            witness: Witness::default(),
            _watches: stop.drop_guard(),
        }))
    }

    /// Takes part in the election of a leader, by a Lease of this cluster.
    pub fn elect(&self, options: LeaseOptions) -> ClusterResult<LeaseElection> {
        LeaseElection::start(Arc::new(self.api.unpaced()), options)
    }

    /// The replicas that a pod of this server belongs to; `None` when no controller made it.
    pub async fn fleet(&self, namespace: &str, pod: &str) -> ClusterResult<Option<Fleet>> {
        fleet::of_pod(&self.api, namespace, pod).await
    }

    /// The watch shows another incarnation, or none: what was read before is out of date.
    fn is_outdated(&self, object: &Object, live: &Live) -> bool {
        object.key.kind.is_workload()
            && self.store.synced()
            && self
                .store
                .workload(&object.key)
                .is_none_or(|state| state.uid != live.observed.uid)
    }
}

#[async_trait]
impl Cluster for KubeCluster {
    async fn version(&self) -> ClusterResult<String> {
        discovery::version(&self.api).await
    }

    async fn facts(&self, base: ClusterFacts) -> ClusterResult<ClusterFacts> {
        let serves_routes = self.serves(Kind::HTTPRoute).await?;
        Ok(discovery::facts(base, serves_routes))
    }

    async fn read(&self, keys: &[ObjectKey]) -> ClusterResult<Vec<Option<Live>>> {
        read::read(&self.api, keys).await
    }

    async fn find(&self, keys: &[ObjectKey]) -> ClusterResult<Vec<Option<Live>>> {
        read::find(&self.api, keys).await
    }

    async fn apply(
        &self,
        object: &Object,
        live: Option<&Live>,
        options: ApplyOptions,
    ) -> ClusterResult<Applied> {
        let live = live.filter(|live| !self.is_outdated(object, live));
        apply::apply(&self.api, &self.hash_key, object, live, options).await
    }

    async fn delete(&self, key: &ObjectKey, uid: &str) -> ClusterResult<bool> {
        delete::delete(&self.api, key, uid).await
    }

    async fn wait_gone(&self, key: &ObjectKey, limit: Duration) -> ClusterResult<bool> {
        delete::wait_gone(&self.api, key, limit).await
    }

    async fn delete_pod(&self, namespace: &str, name: &str, uid: &str) -> ClusterResult<()> {
        delete::delete_pod(&self.api, namespace, name, uid).await
    }

    fn drift(&self, object: &Object, live: &Live) -> Vec<(String, Value, Value)> {
        apply::differences(object, live, &self.hash_key)
            .into_iter()
            .map(|leaf| (leaf.path, leaf.wanted, leaf.found))
            .collect()
    }

    fn differs(&self, object: &Object, live: &Live) -> bool {
        apply::differs(object, live, &self.hash_key)
    }

    async fn claims_of(&self, namespace: &str, app_id: &str) -> ClusterResult<Vec<Observed>> {
        read::claims_of(&self.api, namespace, app_id).await
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.store.changes()
    }

    fn synced(&self) -> bool {
        self.store.synced()
    }

    fn workload(&self, key: &ObjectKey) -> Option<WorkloadState> {
        self.store.workload(key)
    }

    fn pods(&self, namespace: &str, app_id: &str, component: &str) -> Vec<PodState> {
        self.store.pods(namespace, app_id, component)
    }

    fn workloads(&self, app_id: &str) -> Vec<(ObjectKey, WorkloadState)> {
        self.store.workloads(app_id)
    }

    async fn evidence(
        &self,
        workload: &ObjectKey,
        pods: &[PodState],
        with_nodes: bool,
    ) -> ClusterResult<Evidence> {
        self.witness
            .gather(&self.api, &self.store, workload, pods, with_nodes)
            .await
    }

    async fn events(&self, namespace: &str, app_id: &str) -> ClusterResult<Vec<EventFact>> {
        evidence::events_of_app(&self.api, &self.store, namespace, app_id).await
    }

    async fn logs(
        &self,
        request: LogRequest,
    ) -> ClusterResult<BoxStream<'static, ClusterResult<LogLine>>> {
        logs::open(Arc::clone(&self.api), Arc::clone(&self.store), request).await
    }

    async fn has_namespace(&self, name: &str) -> ClusterResult<bool> {
        self.namespaces.has(&self.api, name).await
    }

    async fn serves(&self, kind: Kind) -> ClusterResult<bool> {
        self.served
            .ask(kind, || discovery::serves(&self.api, kind))
            .await
    }
}
