//! How many replicas there are: Pod → ownerReferences → controller (app-plane §5).

use kube::core::params::{GetParams, ListParams};
use kubemin_ports::{ClusterResult, Fleet};
use serde::Deserialize;
use serde_json::Value;

use crate::api_server::{ApiServer, QUICK};
use crate::path;
use crate::read::{List, Metadata, Named};

/// A controller that says how many pods it wants.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Controller {
    metadata: Metadata,
    spec: ControllerSpec,
    status: ControllerStatus,
}

impl Controller {
    /// A DaemonSet has no number of its own: its nodes make it.
    fn replicas(&self) -> u32 {
        let declared = self.spec.replicas.or(self.status.desired_number_scheduled);
        declared.unwrap_or(1)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ControllerStatus {
    desired_number_scheduled: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ControllerSpec {
    replicas: Option<u32>,
    selector: Value,
}

/// The fleet that a pod belongs to; `None` when no controller of `apps/v1` made it.
pub(crate) async fn of_pod(
    api: &ApiServer,
    namespace: &str,
    pod: &str,
) -> ClusterResult<Option<Fleet>> {
    let Some(me) = get::<Named>(api, "v1", namespace, "pods", pod).await? else {
        return Ok(None);
    };
    let Some(owner) = me.metadata.controller() else {
        return Ok(None);
    };
    let set = match owner.kind.as_str() {
        "ReplicaSet" => "replicasets",
        "StatefulSet" => "statefulsets",
        "DaemonSet" => "daemonsets",
        _ => return Ok(None),
    };
    let set: Option<Controller> = get(api, "apps/v1", namespace, set, &owner.name).await?;
    let Some(set) = set else { return Ok(None) };
    // A Deployment's own number counts while it rolls over from one ReplicaSet to the next.
    let deployment = match set.metadata.controller() {
        Some(above) if above.kind == "Deployment" => {
            get::<Controller>(api, "apps/v1", namespace, "deployments", &above.name).await?
        }
        _ => None,
    };
    let wanted = deployment.unwrap_or(set);
    let youngest = youngest(api, namespace, &wanted.spec.selector).await?;
    Ok(Some(Fleet {
        replicas: wanted.replicas(),
        youngest: youngest.as_deref() == Some(pod),
    }))
}

async fn get<T: serde::de::DeserializeOwned>(
    api: &ApiServer,
    version: &str,
    namespace: &str,
    plural: &str,
    name: &str,
) -> ClusterResult<Option<T>> {
    if !path::is_segment(namespace) || !path::is_segment(name) {
        return Ok(None);
    }
    let place = path::resource(version, Some(namespace), plural);
    let Ok(request) = place.get(name, &GetParams::default()) else {
        return Ok(None);
    };
    match api.json(request, QUICK).await {
        Ok(found) => Ok(Some(found)),
        Err(fault) if fault.code() == 404 => Ok(None),
        Err(fault) => Err(fault.on(&format!("{plural}/{name}"))),
    }
}

/// Name of the pod that was made last; of several made in the same second, the one that sorts last.
async fn youngest(
    api: &ApiServer,
    namespace: &str,
    selector: &Value,
) -> ClusterResult<Option<String>> {
    let Some(labels) = selector["matchLabels"].as_object() else {
        return Ok(None);
    };
    let pairs: Vec<String> = labels
        .iter()
        .filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)))
        .collect();
    let params = ListParams::default().labels(&pairs.join(","));
    let Ok(request) = path::resource("v1", Some(namespace), "pods").list_metadata(&params) else {
        return Ok(None);
    };
    let pods: List<Named> = api
        .json(request, QUICK)
        .await
        .map_err(|fault| fault.on("pods"))?;
    let last = pods
        .items
        .into_iter()
        .map(|pod| pod.metadata)
        .filter(|pod| pod.deletion_timestamp.is_none())
        .max_by(|a, b| (&a.creation_timestamp, &a.name).cmp(&(&b.creation_timestamp, &b.name)));
    Ok(last.map(|pod| pod.name))
}
