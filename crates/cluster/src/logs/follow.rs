//! Following an application: readers for containers that run, and for those that start later.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kubemin_objects::PodState;
use kubemin_ports::LogRequest;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::container::{Lines, Place, Source};
use super::sources;
use crate::api_server::ApiServer;
use crate::watch::Store;

/// How often it is looked whatever the watch said.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Follows until the reader goes away. The pods of the beginning come from a listing, later ones from the watch.
pub(super) async fn run(
    api: Arc<ApiServer>,
    store: Arc<Store>,
    request: LogRequest,
    mut pods: Vec<PodState>,
    lines: Lines,
) {
    let mut changes = store.changes();
    let mut readers = JoinSet::new();
    // Newest run of each container that has a reader. The watch may be behind the listing: an older run is no news.
    let mut opened: HashMap<Place, i32> = HashMap::new();
    let mut tail = request.tail;
    loop {
        for source in pods.iter().flat_map(|pod| sources(&request, pod)) {
            if is_news(&mut opened, &source) {
                let (api, store, lines) = (Arc::clone(&api), Arc::clone(&store), lines.clone());
                readers.spawn(async move { source.follow(&api, &store, tail, lines).await });
            }
        }
        // Who comes later is read from its first line.
        tail = None;
        while readers.try_join_next().is_some() {}
        tokio::select! {
            () = lines.closed() => return,
            _ = timeout(LOOK_EVERY, change_of(&request.app_id, &mut changes)) => {}
        }
        if store.synced() {
            pods = watched(&store, &request);
        }
    }
}

fn is_news(opened: &mut HashMap<Place, i32>, source: &Source) -> bool {
    let newest = opened.entry(source.place()).or_insert(-1);
    let news = source.restarts > *newest;
    *newest = source.restarts.max(*newest);
    news
}

fn watched(store: &Store, request: &LogRequest) -> Vec<PodState> {
    match &request.component {
        Some(component) => store.pods(&request.namespace, &request.app_id, component),
        None => store.pods_of_app(&request.namespace, &request.app_id),
    }
}

async fn change_of(app_id: &str, changes: &mut Receiver<kubemin_ports::Change>) {
    loop {
        match changes.recv().await {
            Ok(change) if change.app_id != app_id => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
