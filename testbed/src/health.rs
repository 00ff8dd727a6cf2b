//! Whether a cluster is what it should be.

use serde_json::Value;

use crate::cluster::Cluster;
use crate::control;
use crate::error::Result;
use crate::kubectl::Kubectl;
use crate::layout::Layout;
use crate::network;
use crate::process::records;

pub enum Health {
    Good,
    /// What is wrong, for a person.
    Bad(String),
}

/// Whether the store and the API server run; without them there is no cluster to mend.
pub fn is_api_alive(layout: &Layout) -> bool {
    let records = records(layout);
    control::PARTS[..2].iter().all(|part| {
        records
            .iter()
            .any(|record| record.part == *part && record.is_alive())
    })
}

/// Compares what runs, and what the API server says, with what there should be.
///
/// # Errors
/// Never for a cluster that is unwell; only when the machine cannot be asked.
pub fn check(layout: &Layout, cluster: &Cluster, kubectl: &Kubectl) -> Result<Health> {
    let records = records(layout);
    let is_alive = |part: &str| {
        records
            .iter()
            .any(|record| record.part == part && record.is_alive())
    };
    if let Some(part) = control::PARTS.iter().find(|part| !is_alive(part)) {
        return Ok(Health::Bad(format!("{part} does not run")));
    }
    for node in cluster.nodes(layout) {
        if !node.is_running() {
            return Ok(Health::Bad(format!("{} does not run", node.name())));
        }
        if !network::is_link_up(node.plan) {
            return Ok(Health::Bad(format!("{} is cut off", node.name())));
        }
    }
    match kubectl.get(&["nodes,daemonsets", "-n", "kube-system"]) {
        Ok(answer) => Ok(judge(&answer, cluster.nodes)),
        Err(error) => Ok(Health::Bad(error.to_string())),
    }
}

/// Judges a list of nodes and daemon sets.
fn judge(answer: &Value, nodes: u8) -> Health {
    let items = answer["items"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let ready = items
        .iter()
        .filter(|item| item["kind"] == "Node")
        .filter(|node| is_ready(node))
        .count();
    if ready < usize::from(nodes) {
        return Health::Bad(format!("{ready} of {nodes} nodes are Ready"));
    }
    let dns = items
        .iter()
        .find(|item| item["kind"] == "DaemonSet" && item["metadata"]["name"] == "coredns");
    match dns.and_then(|dns| dns["status"]["numberReady"].as_u64()) {
        Some(ready) if ready >= u64::from(nodes) => Health::Good,
        ready => Health::Bad(format!(
            "{} of {nodes} CoreDNS pods are ready",
            ready.unwrap_or(0)
        )),
    }
}

/// Whether a Node's condition Ready is True.
pub fn is_ready(node: &Value) -> bool {
    let conditions = node["status"]["conditions"].as_array();
    conditions
        .into_iter()
        .flatten()
        .any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

/// When a node's kubelet last reported.
pub fn last_report(node: &Value) -> Option<String> {
    let conditions = node["status"]["conditions"].as_array()?;
    let ready = conditions
        .iter()
        .find(|condition| condition["type"] == "Ready")?;
    ready["lastHeartbeatTime"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(ready: &str, dns: u64) -> Value {
        json!({"items": [
            {"kind": "Node", "status": {"conditions": [{"type": "Ready", "status": ready}]}},
            {"kind": "DaemonSet", "metadata": {"name": "coredns"}, "status": {"numberReady": dns}},
        ]})
    }

    #[test]
    fn nodes_and_names_both_have_to_be_ready() {
        assert!(matches!(judge(&answer("True", 1), 1), Health::Good));
        assert!(
            matches!(judge(&answer("Unknown", 1), 1), Health::Bad(why) if why.contains("0 of 1 nodes"))
        );
        assert!(
            matches!(judge(&answer("True", 0), 1), Health::Bad(why) if why.contains("CoreDNS"))
        );
        assert!(matches!(judge(&answer("True", 1), 2), Health::Bad(_)));
    }
}
