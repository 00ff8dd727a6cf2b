//! The proxy of a node: Services as address translation in the node's own namespace.

use std::fs;

use serde_json::json;

use crate::error::{Context, Result};
use crate::node::Node;

pub fn arguments(node: &Node<'_>) -> Result<Vec<String>> {
    let identity = node
        .layout
        .certificates()
        .join(format!("{}-proxy.kubeconfig", node.name()));
    let configuration = json!({
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "bindAddress": "0.0.0.0",
        "healthzBindAddress": "127.0.0.1:10256",
        "metricsBindAddress": "127.0.0.1:10249",
        "hostnameOverride": node.name(),
        "clusterCIDR": node.plan.plan.pod_cidr(),
        "clientConnection": {"kubeconfig": identity, "qps": 100, "burst": 200},
        // The limit belongs to the host; from a namespace it can be read only.
        "conntrack": {"maxPerCore": 0, "min": 0},
        "iptables": {"minSyncPeriod": "100ms", "syncPeriod": "30s"},
        "oomScoreAdj": 0,
    });
    let file = node.folder().join("kube-proxy.json");
    fs::write(&file, configuration.to_string())
        .context(|| format!("writing {} failed", file.display()))?;
    Ok(vec![
        "kube-proxy".to_owned(),
        format!("--config={}", file.display()),
    ])
}
