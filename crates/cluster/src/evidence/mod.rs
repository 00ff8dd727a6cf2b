//! What explains why a workload is not ready (decision 30). Asked only while something is not ready, and bounded.

mod claims;
mod events;
mod lineage;
mod nodes;
mod recent;
mod tails;

use std::time::Duration;

use kubemin_objects::labels::APP_ID;
use kubemin_objects::{Kind, ObjectKey, PodState, WorkloadState};
use kubemin_ports::ClusterResult;
use kubemin_workflow::diagnosis::{EventFact, Evidence, NodeRoom};
use tokio::time::timeout;
use tracing::debug;

use crate::api_server::ApiServer;
use crate::fault::Fault;
use crate::path;
use crate::watch::Store;
use events::{Listing, Subjects};
use recent::Recent;

pub(crate) use events::of_app;

/// Time for everything: who waits for a workload wants to go on looking.
const WITHIN: Duration = Duration::from_secs(3);
/// Jobs that wait at the same time share answers that are no older.
const SHARED_FOR: Duration = Duration::from_millis(300);
const ROOM_SHARED_FOR: Duration = Duration::from_secs(2);

/// Answers that several waiting jobs share.
pub(crate) struct Witness {
    events: Recent<Listing>,
    room: Recent<Vec<NodeRoom>>,
}

impl Default for Witness {
    fn default() -> Self {
        Self {
            events: Recent::new(SHARED_FOR),
            room: Recent::new(ROOM_SHARED_FOR),
        }
    }
}

impl Witness {
    /// Evidence about a workload and its pods. What could not be had in time, or may not be read, is left out; nothing
    /// at all is an error.
    pub(crate) async fn gather(
        &self,
        api: &ApiServer,
        store: &Store,
        key: &ObjectKey,
        pods: &[PodState],
        with_nodes: bool,
    ) -> ClusterResult<Evidence> {
        let namespace = key.namespace.as_deref().unwrap_or_default();
        let state = store.workload(key);
        let uid = state
            .as_ref()
            .map(|state| state.uid.as_str())
            .unwrap_or_default();
        let (listing, replica_set, claims, nodes, logs) = tokio::join!(
            within(
                "events",
                self.events
                    .get(namespace, || events::list(api, namespace, events::PAGES))
            ),
            within("replica sets", newest_replica_set(api, key, state.as_ref())),
            within("claims", claims::facts(api, key, pods)),
            within("nodes", self.room(api, with_nodes)),
            within("logs", tails::of_crashed(api, key.kind, pods)),
        );
        let claims = claims.unwrap_or_default();
        let replica_set = replica_set.ok().flatten();
        let revision = replica_set
            .as_deref()
            .and_then(|name| name.strip_prefix(&key.name)?.strip_prefix('-'))
            .unwrap_or_default()
            .to_owned();
        let subjects = Subjects::new(key, uid, replica_set, pods, &claims);
        let (events, fault) = match listing {
            Ok(listing) if listing.complete => (subjects.choose(&listing.events), None),
            Ok(_) => {
                let named = within(
                    "events",
                    events::list_named(api, namespace, &subjects.names()),
                )
                .await;
                (subjects.choose(&named.unwrap_or_default()), None)
            }
            Err(fault) => (Vec::new(), Some(fault)),
        };
        let evidence = Evidence {
            events,
            claims,
            nodes: nodes.unwrap_or_default(),
            logs: logs.unwrap_or_default(),
            revision,
        };
        match fault {
            Some(fault) if fault.is_passing() && evidence == Evidence::default() => {
                Err(fault.about(key))
            }
            _ => Ok(evidence),
        }
    }

    async fn room(&self, api: &ApiServer, wanted: bool) -> Result<Vec<NodeRoom>, Fault> {
        if !wanted {
            return Ok(Vec::new());
        }
        Ok(self
            .room
            .get("", || nodes::room(api))
            .await?
            .as_ref()
            .clone())
    }
}

/// Only its events count: older ones tell of pods that nobody wants any more.
async fn newest_replica_set(
    api: &ApiServer,
    key: &ObjectKey,
    state: Option<&WorkloadState>,
) -> Result<Option<String>, Fault> {
    if key.kind != Kind::Deployment {
        return Ok(None);
    }
    match state {
        Some(state) => {
            let selector = path::of_component(&state.app_id, &state.component);
            lineage::newest_replica_set(api, key, &state.uid, &selector).await
        }
        None => lineage::newest_replica_set(api, key, "", APP_ID).await,
    }
}

async fn within<T>(what: &str, part: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let result = timeout(WITHIN, part).await.unwrap_or_else(|_| {
        Err(Fault::Silent(format!(
            "no answer about {what} within {} s",
            WITHIN.as_secs()
        )))
    });
    if let Err(fault) = &result {
        debug!(what, ?fault, "evidence is incomplete");
    }
    result
}

/// Events about the objects of an application, oldest first.
pub(crate) async fn events_of_app(
    api: &ApiServer,
    store: &Store,
    namespace: &str,
    app_id: &str,
) -> ClusterResult<Vec<EventFact>> {
    let claims = crate::read::claims_of(api, namespace, app_id).await?;
    of_app(api, store, namespace, app_id, &claims)
        .await
        .map_err(|fault| fault.on("Events"))
}
