//! What every request can reach.

use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kubemin_engine::Engine;
use kubemin_objects::ClusterFacts;
use kubemin_ports::{Clock, Cluster, Store};
use tokio_util::sync::CancellationToken;

use crate::gate::{Access, Limits, Rooms};
use crate::metrics::Metrics;
use crate::problem::{Refusal, STARTING};

/// What does the work; there once database and engine have started.
#[derive(Clone)]
pub struct Core {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The cluster.
    pub cluster: Arc<dyn Cluster>,
    /// The engine.
    pub engine: Engine,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Platform settings for compilation.
    pub facts: ClusterFacts,
}

/// State of the server; clones share it.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    access: Access,
    rooms: Rooms,
    metrics: Metrics,
    core: OnceLock<Core>,
    stopping: CancellationToken,
}

impl AppState {
    /// A server that answers its health and says that it is starting.
    pub fn new(access: Access, limits: Limits) -> Self {
        Self(Arc::new(Inner {
            access,
            rooms: Rooms::new(limits),
            metrics: Metrics::new(),
            core: OnceLock::new(),
            stopping: CancellationToken::new(),
        }))
    }

    /// Starts to serve. A second call changes nothing.
    pub fn open(&self, core: Core) {
        // the first core stays
        let _ = self.0.core.set(core);
    }

    /// Ends streams, so that connections can close.
    pub fn stop(&self) {
        self.0.stopping.cancel();
    }

    pub(crate) fn core(&self) -> Option<&Core> {
        self.0.core.get()
    }

    pub(crate) fn access(&self) -> &Access {
        &self.0.access
    }

    pub(crate) fn rooms(&self) -> &Rooms {
        &self.0.rooms
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn stopping(&self) -> CancellationToken {
        self.0.stopping.clone()
    }
}

impl FromRequestParts<AppState> for Core {
    type Rejection = Refusal;

    async fn from_request_parts(_: &mut Parts, state: &AppState) -> Result<Self, Refusal> {
        state.core().cloned().ok_or_else(|| {
            Refusal::new(&STARTING, "the server is starting; try again").retry_after(1)
        })
    }
}
