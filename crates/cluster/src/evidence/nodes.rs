//! What nodes can hold and what is asked of them already.

use std::collections::BTreeMap;

use kube::core::params::ListParams;
use kubemin_workflow::diagnosis::{NodeRoom, Requests};
use kubemin_workflow::requests::milli;
use serde::Deserialize;

use crate::api_server::{ApiServer, QUICK};
use crate::fault::Fault;
use crate::path;
use crate::read::{List, Metadata};

const PAGE_SIZE: u32 = 500;
/// Pods that hold room: bound to a node and not ended.
const BOUND: &str = "spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed";

type Quantities = Option<BTreeMap<String, String>>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Node {
    metadata: Metadata,
    spec: NodeSpec,
    status: NodeStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NodeSpec {
    unschedulable: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NodeStatus {
    allocatable: Quantities,
    conditions: Option<Vec<NodeCondition>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NodeCondition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Pod {
    spec: PodSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PodSpec {
    node_name: String,
    overhead: Quantities,
    containers: Vec<Container>,
    init_containers: Option<Vec<Container>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Container {
    resources: Resources,
    restart_policy: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resources {
    requests: Quantities,
}

/// Every node's room. Without the right to list all pods the nodes look empty: what they can ever hold stays true.
pub(super) async fn room(api: &ApiServer) -> Result<Vec<NodeRoom>, Fault> {
    let (nodes, pods) = tokio::join!(
        list::<Node>(api, "nodes", ""),
        list::<Pod>(api, "pods", BOUND)
    );
    let mut requested: BTreeMap<String, Requests> = BTreeMap::new();
    for pod in pods.unwrap_or_default() {
        let sum = requested.entry(pod.spec.node_name.clone()).or_default();
        add(sum, asked(&pod.spec));
        *sum.entry("pods".to_owned()).or_default() += 1_000;
    }
    let room = |node: Node| NodeRoom {
        usable: !node.spec.unschedulable && is_ready(&node.status),
        allocatable: quantities(&node.status.allocatable),
        requested: requested.remove(&node.metadata.name).unwrap_or_default(),
        name: node.metadata.name,
    };
    Ok(nodes?.into_iter().map(room).collect())
}

async fn list<T: serde::de::DeserializeOwned>(
    api: &ApiServer,
    plural: &str,
    fields: &str,
) -> Result<Vec<T>, Fault> {
    let mut params = ListParams::default().limit(PAGE_SIZE);
    if !fields.is_empty() {
        params = params.fields(fields);
    }
    let mut all = Vec::new();
    loop {
        let request = path::resource("v1", None, plural)
            .list(&params)
            .map_err(|error| Fault::invalid(error.to_string()))?;
        let page: List<T> = api.json(request, QUICK).await?;
        all.extend(page.items);
        match page
            .metadata
            .continue_token
            .filter(|token| !token.is_empty())
        {
            Some(token) => params.continue_token = Some(token),
            None => return Ok(all),
        }
    }
}

fn is_ready(status: &NodeStatus) -> bool {
    status
        .conditions
        .iter()
        .flatten()
        .any(|condition| condition.kind == "Ready" && condition.status == "True")
}

/// What a pod asks for: containers and sidecars together, or its largest init container where that is more
/// (Kubernetes docs, Sidecar containers: Resource sharing within containers).
fn asked(pod: &PodSpec) -> Requests {
    let mut total = quantities(&pod.overhead);
    let mut peak = Requests::new();
    let init = || pod.init_containers.iter().flatten();
    let stays = |container: &&Container| container.restart_policy.as_deref() == Some("Always");
    for container in pod.containers.iter().chain(init().filter(stays)) {
        add(&mut total, quantities(&container.resources.requests));
    }
    for container in init().filter(|container| !stays(container)) {
        for (resource, amount) in quantities(&container.resources.requests) {
            let entry = peak.entry(resource).or_default();
            *entry = (*entry).max(amount);
        }
    }
    for (resource, amount) in peak {
        let entry = total.entry(resource).or_default();
        *entry = (*entry).max(amount);
    }
    total
}

fn add(sum: &mut Requests, more: Requests) {
    for (resource, amount) in more {
        *sum.entry(resource).or_default() += amount;
    }
}

fn quantities(texts: &Quantities) -> Requests {
    texts
        .iter()
        .flatten()
        .filter_map(|(name, text)| Some((name.clone(), milli(text)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_asks_for_its_containers_or_its_largest_init_container() {
        let cpu = |amount: &str| json!({"resources": {"requests": {"cpu": amount}}});
        let sidecar =
            json!({"restartPolicy": "Always", "resources": {"requests": {"cpu": "250m"}}});
        let pod: PodSpec = serde_json::from_value(json!({
            "overhead": {"cpu": "10m"}, "containers": [cpu("100m"), cpu("0.2"), {}],
            "initContainers": [cpu("400m"), sidecar, cpu("300m")]}))
        .unwrap();
        assert_eq!(asked(&pod)["cpu"], 560);
        let pod: PodSpec = serde_json::from_value(
            json!({"containers": [cpu("100m")], "initContainers": [cpu("2")]}),
        )
        .unwrap();
        assert_eq!(asked(&pod)["cpu"], 2_000);
    }
}
