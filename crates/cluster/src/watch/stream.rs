//! One list-watch: a listing, then changes from its version on, resumed where a connection ends.

use std::collections::HashSet;
use std::hash::Hash;
use std::pin::pin;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use futures::TryStreamExt;
use kube::core::WatchEvent;
use kube::core::params::{ListParams, WatchParams};
use kubemin_objects::{Kind, labels};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::backoff::Backoff;
use super::index::{Index, Tracked};
use super::pod::RawPod;
use super::store::{Store, writing};
use super::workload::RawWorkload;
use crate::api_server::{ApiServer, PAGE};
use crate::fault::Fault;
use crate::path;
use crate::read::List;

/// Kinds with a watch of their own, beside pods.
const KINDS: [Kind; 3] = [Kind::Deployment, Kind::StatefulSet, Kind::Job];
/// Watches that [`start`] runs.
pub(crate) const WATCHES: u8 = 4;
const PAGE_SIZE: u32 = 500;
/// The API server ends a watch after this time; the next one goes on from its version. Below kube's 295 s.
const WATCH_FOR: u32 = 290;
/// The API server sends a bookmark about every minute: longer silence means that the connection is dead.
const SILENT_FOR: Duration = Duration::from_secs(100);
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// A watch that ended sooner is begun again after a pause.
const TOO_SHORT: Duration = Duration::from_secs(1);

/// Decoded form of a watched kind.
pub(crate) trait Watched: Clone + DeserializeOwned + Send + 'static {
    /// Identity.
    type Key: Clone + Ord + Hash + Send + Sync;
    /// What is kept.
    type State: Tracked + Send + Sync;
    /// `metadata.resourceVersion`.
    fn version(&self) -> &str;
    /// Identity and slim state.
    fn split(self, kind: Option<Kind>) -> (Self::Key, Self::State);
}

/// What is watched.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Namespace; all when `None`.
    pub(crate) namespace: Option<String>,
    /// Namespace that is left when rights for all are missing.
    pub(crate) own_namespace: String,
    /// Installation label; every installation when empty.
    pub(crate) installation: String,
}

impl Scope {
    fn selector(&self) -> String {
        if self.installation.is_empty() {
            labels::APP_ID.to_owned()
        } else {
            format!(
                "{},{}={}",
                labels::APP_ID,
                labels::INSTALLATION,
                self.installation
            )
        }
    }
}

/// Runs every watch in the background until `stop`.
pub(crate) fn start(
    api: &Arc<ApiServer>,
    store: &Arc<Store>,
    scope: &Scope,
    stop: &CancellationToken,
) {
    for (salt, kind) in (1..).zip(KINDS) {
        let watch = Watch::new(api, store, scope, Some(kind), salt);
        let run = stop.clone().run_until_cancelled_owned(async move {
            let store = Arc::clone(&watch.store);
            watch
                .follow::<RawWorkload>(&store.workloads, move |key| key.kind == kind)
                .await;
        });
        tokio::spawn(run);
    }
    let watch = Watch::new(api, store, scope, None, 0);
    let run = stop.clone().run_until_cancelled_owned(async move {
        let store = Arc::clone(&watch.store);
        watch.follow::<RawPod>(&store.pods, |_| true).await;
    });
    tokio::spawn(run);
}

struct Watch {
    api: Arc<ApiServer>,
    store: Arc<Store>,
    scope: Scope,
    /// `None` for pods.
    kind: Option<Kind>,
    backoff: Backoff,
}

impl Watch {
    fn new(
        api: &Arc<ApiServer>,
        store: &Arc<Store>,
        scope: &Scope,
        kind: Option<Kind>,
        salt: u32,
    ) -> Self {
        // Without this, instances that start together would return together after an outage.
        let salt = salt.wrapping_add(std::process::id());
        Self {
            api: Arc::clone(api),
            store: Arc::clone(store),
            scope: scope.clone(),
            kind,
            backoff: Backoff::new(salt),
        }
    }

    async fn follow<W: Watched>(
        mut self,
        index: &RwLock<Index<W::Key, W::State>>,
        mine: impl Fn(&W::Key) -> bool,
    ) {
        let mut version: Option<String> = None;
        let mut listed = false;
        loop {
            let from = match version.take() {
                Some(from) => from,
                None => match self.list::<W>(index, &mine).await {
                    Ok(from) => {
                        if !listed {
                            listed = true;
                            self.store.listed();
                        }
                        from
                    }
                    Err(fault) => {
                        self.after(fault).await;
                        continue;
                    }
                },
            };
            let begun = Instant::now();
            let mut latest = from;
            let result = self.stream::<W>(index, &mut latest).await;
            match result {
                // The version is older than what the API server remembers: only a new listing helps.
                Err(fault) if fault.code() == 410 => {
                    debug!(watch = self.name(), "version expired, listing again");
                    sleep(self.backoff.pause()).await;
                }
                Err(fault) => {
                    // Another scope needs a listing of its own.
                    version = (fault.code() != 403).then_some(latest);
                    self.after(fault).await;
                }
                Ok(()) => {
                    version = Some(latest);
                    self.pause_if_short(begun).await;
                }
            }
        }
    }

    async fn pause_if_short(&mut self, begun: Instant) {
        if begun.elapsed() < TOO_SHORT {
            sleep(self.backoff.pause()).await;
        } else {
            self.backoff.reset();
        }
    }

    async fn after(&mut self, fault: Fault) {
        if fault.code() == 403 && self.scope.namespace.is_none() {
            info!(
                watch = self.name(),
                namespace = self.scope.own_namespace,
                "no right to watch all namespaces"
            );
            self.scope.namespace = Some(self.scope.own_namespace.clone());
            return;
        }
        let pause = self.backoff.pause();
        let fault = fault.on(self.name());
        warn!(watch = self.name(), %fault, pause_ms = pause.as_millis(), "watch interrupted");
        sleep(pause).await;
    }

    /// Lists all pages and drops what is no longer there. Answers the version to watch from.
    async fn list<W: Watched>(
        &mut self,
        index: &RwLock<Index<W::Key, W::State>>,
        mine: &impl Fn(&W::Key) -> bool,
    ) -> Result<String, Fault> {
        let mut seen = HashSet::new();
        let mut page = ListParams::default()
            .labels(&self.scope.selector())
            .limit(PAGE_SIZE);
        loop {
            let request = self
                .place()
                .list(&page)
                .map_err(|error| Fault::invalid(error.to_string()))?;
            let list: List<W> = self.api.json(request, PAGE).await?;
            for item in list.items {
                let (key, state) = item.split(self.kind);
                seen.insert(key.clone());
                self.store.announce(writing(index).put(key, state));
            }
            match list
                .metadata
                .continue_token
                .filter(|token| !token.is_empty())
            {
                Some(token) => page.continue_token = Some(token),
                None => {
                    let gone = writing(index).keys_where(|key| mine(key) && !seen.contains(key));
                    for key in gone {
                        self.store.announce(writing(index).remove(&key));
                    }
                    self.backoff.reset();
                    return Ok(list.metadata.resource_version);
                }
            }
        }
    }

    /// Takes changes until the connection ends, noting the version of the last one in `latest`.
    async fn stream<W: Watched>(
        &mut self,
        index: &RwLock<Index<W::Key, W::State>>,
        latest: &mut String,
    ) -> Result<(), Fault> {
        let params = WatchParams::default()
            .labels(&self.scope.selector())
            .timeout(WATCH_FOR);
        let request = self
            .place()
            .watch(&params, latest)
            .map_err(|error| Fault::invalid(error.to_string()))?;
        let events = timeout(OPEN_WITHIN, self.api.client.request_events::<W>(request))
            .await
            .map_err(|_| {
                Fault::Silent(format!(
                    "the watch did not begin within {} s",
                    OPEN_WITHIN.as_secs()
                ))
            })??;
        let mut events = pin!(events);
        loop {
            let event = timeout(SILENT_FOR, events.try_next()).await.map_err(|_| {
                Fault::Silent(format!(
                    "no event and no bookmark for {} s",
                    SILENT_FOR.as_secs()
                ))
            })??;
            match event {
                None => return Ok(()),
                Some(WatchEvent::Added(item) | WatchEvent::Modified(item)) => {
                    item.version().clone_into(latest);
                    let (key, state) = item.split(self.kind);
                    let changed = writing(index).put(key, state);
                    self.store.announce(changed);
                }
                Some(WatchEvent::Deleted(item)) => {
                    item.version().clone_into(latest);
                    let (key, _) = item.split(self.kind);
                    let changed = writing(index).remove(&key);
                    self.store.announce(changed);
                }
                Some(WatchEvent::Bookmark(bookmark)) => {
                    *latest = bookmark.metadata.resource_version
                }
                Some(WatchEvent::Error(status)) => return Err(Fault::Status(status)),
            }
        }
    }

    fn place(&self) -> kube::core::Request {
        let namespace = self.scope.namespace.as_deref();
        match self.kind {
            Some(kind) => path::collection(kind, namespace),
            None => path::resource("v1", namespace, "pods"),
        }
    }

    fn name(&self) -> &'static str {
        self.kind.map_or("Pods", Kind::name)
    }
}
