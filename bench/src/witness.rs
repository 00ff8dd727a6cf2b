//! A bare watcher: when a Deployment's and a pod's ready state arrives at somebody who only watches.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;
use futures::{StreamExt, TryStreamExt, pin_mut};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{WatchEvent, WatchParams};
use kube::{Api, Client, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;

const COMPONENT: &str = "kube-min-cli-componentName";

type Times = Arc<Mutex<HashMap<String, Instant>>>;

/// First arrivals by component, in one namespace.
pub struct Witness {
    deployments: Times,
    pods: Times,
    watches: [JoinHandle<Result<()>>; 2],
}

impl Witness {
    /// Starts watching an empty namespace.
    pub fn start(client: &Client, namespace: &str) -> Self {
        let (deployments, pods) = (Times::default(), Times::default());
        let watches = [
            tokio::spawn(watch(
                Api::namespaced(client.clone(), namespace),
                deployments.clone(),
                is_rolled_out,
            )),
            tokio::spawn(watch(
                Api::namespaced(client.clone(), namespace),
                pods.clone(),
                is_ready,
            )),
        ];
        Self {
            deployments,
            pods,
            watches,
        }
    }

    /// When the component's Deployment was first seen complete.
    pub fn deployment(&self, component: &str) -> Option<Instant> {
        seen(&self.deployments, component)
    }

    /// When the component's pod was first seen ready.
    pub fn pod(&self, component: &str) -> Option<Instant> {
        seen(&self.pods, component)
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.watches.iter().for_each(JoinHandle::abort);
    }
}

fn seen(times: &Times, component: &str) -> Option<Instant> {
    times
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(component)
        .copied()
}

async fn watch<K>(api: Api<K>, times: Times, ready: fn(&K) -> bool) -> Result<()>
where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
{
    let mut version = "0".to_owned();
    loop {
        let events = api.watch(&WatchParams::default(), &version).await?.fuse();
        pin_mut!(events);
        while let Some(event) = events.try_next().await? {
            let now = Instant::now();
            let (WatchEvent::Added(object) | WatchEvent::Modified(object)) = event else {
                continue;
            };
            version = object.resource_version().unwrap_or(version);
            if let (true, Some(component)) = (ready(&object), object.labels().get(COMPONENT)) {
                let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
                times.entry(component.clone()).or_insert(now);
            }
        }
    }
}

/// What `kubectl rollout status` waits for.
fn is_rolled_out(deployment: &Deployment) -> bool {
    let wanted = deployment
        .spec
        .as_ref()
        .and_then(|spec| spec.replicas)
        .unwrap_or(1);
    deployment.status.as_ref().is_some_and(|status| {
        status.observed_generation >= deployment.metadata.generation
            && [
                status.replicas,
                status.updated_replicas,
                status.ready_replicas,
                status.available_replicas,
            ]
            .iter()
            .all(|count| count.unwrap_or(0) == wanted)
    })
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_deref());
    conditions
        .unwrap_or_default()
        .iter()
        .any(|condition| condition.type_ == "Ready" && condition.status == "True")
}
