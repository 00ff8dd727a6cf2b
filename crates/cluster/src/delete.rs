//! Deleting, and waiting until something is gone.

use std::time::Duration;

use http::Request;
use kube::core::params::{DeleteParams, GetParams, Preconditions, PropagationPolicy};
use kubemin_objects::{Kind, ObjectKey};
use kubemin_ports::ClusterResult;
use tokio::time::{Instant, sleep};

use crate::api_server::{ApiServer, STEADY};
use crate::fault::Fault;
use crate::path;
use crate::read::Named;

const FIRST_LOOK: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Deletes this incarnation (any when `uid` is empty); `false` when it was gone already.
pub(crate) async fn delete(api: &ApiServer, key: &ObjectKey, uid: &str) -> ClusterResult<bool> {
    // A Job's pods must be gone before its successor of the same name starts.
    let policy = match key.kind {
        Kind::Job => PropagationPolicy::Foreground,
        _ => PropagationPolicy::Background,
    };
    let params = DeleteParams {
        propagation_policy: Some(policy),
        ..only(uid)
    };
    let Some(place) = path::of(key) else {
        return Ok(false);
    };
    let Ok(request) = place.delete(&key.name, &params) else {
        return Ok(false);
    };
    gone_or(send(api, request).await).map_err(|fault| fault.about(key))
}

/// Deletes this incarnation of a pod.
pub(crate) async fn delete_pod(
    api: &ApiServer,
    namespace: &str,
    name: &str,
    uid: &str,
) -> ClusterResult<()> {
    if !path::is_segment(namespace) || !path::is_segment(name) {
        return Ok(());
    }
    let Ok(request) = path::resource("v1", Some(namespace), "pods").delete(name, &only(uid)) else {
        return Ok(());
    };
    gone_or(send(api, request).await)
        .map(|_| ())
        .map_err(|fault| fault.on(&format!("Pod/{name}")))
}

/// Waits until an object is gone; `false` when it is still there after `limit`.
pub(crate) async fn wait_gone(
    api: &ApiServer,
    key: &ObjectKey,
    limit: Duration,
) -> ClusterResult<bool> {
    let deadline = Instant::now() + limit;
    let mut pause = FIRST_LOOK;
    loop {
        if !exists(api, key).await? {
            return Ok(true);
        }
        if Instant::now() + pause > deadline {
            return Ok(false);
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn exists(api: &ApiServer, key: &ObjectKey) -> ClusterResult<bool> {
    let Some(place) = path::of(key) else {
        return Ok(false);
    };
    let Ok(request) = place.get_metadata(&key.name, &GetParams::default()) else {
        return Ok(false);
    };
    match api.json::<Named>(request, STEADY).await {
        Ok(_) => Ok(true),
        Err(fault) if fault.code() == 404 => Ok(false),
        Err(fault) => Err(fault.about(key)),
    }
}

fn only(uid: &str) -> DeleteParams {
    let preconditions = Preconditions {
        uid: Some(uid.to_owned()),
        resource_version: None,
    };
    DeleteParams {
        preconditions: (!uid.is_empty()).then_some(preconditions),
        ..DeleteParams::default()
    }
}

async fn send(api: &ApiServer, request: Request<Vec<u8>>) -> Result<(), Fault> {
    api.text(request, STEADY).await.map(|_| ())
}

/// 404: nothing of this name. 409: another incarnation has the name, so that the one that was meant is gone.
fn gone_or(result: Result<(), Fault>) -> Result<bool, Fault> {
    match result {
        Ok(()) => Ok(true),
        Err(fault) if matches!(fault.code(), 404 | 409) => Ok(false),
        Err(fault) => Err(fault),
    }
}
