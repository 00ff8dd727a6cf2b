//! The provisioner behind both StorageClasses. It runs on the host, so that the loss of a node
//! never takes it away; its helper pods make the folders on the nodes.

use std::fs;

use serde_json::json;

use crate::control::command;
use crate::error::{Context, Result};
use crate::layout::Layout;
use crate::plan::{AddressPlan, MAX_NODES};

/// Where the helper pods run.
pub const NAMESPACE: &str = "local-path-storage";

const HELPER_POD: &str = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "helper-pod"}, "spec": {
  "priorityClassName": "system-node-critical", "terminationGracePeriodSeconds": 0,
  "containers": [{"name": "helper-pod", "image": "docker.io/library/busybox:latest", "imagePullPolicy": "IfNotPresent"}]}}"#;

pub fn arguments(layout: &Layout) -> Result<Vec<String>> {
    let folder = layout.root().join("volumes");
    fs::create_dir_all(&folder).context(|| format!("making {} failed", folder.display()))?;
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text)
            .context(|| format!("writing {} failed", path.display()))
            .map(|()| path.display().to_string())
    };
    let config = write("config.json", config(layout).to_string())?;
    let helper = write("helper-pod.json", HELPER_POD.to_owned())?;
    let identity = layout
        .certificates()
        .join("local-path-provisioner.kubeconfig");
    Ok(command(
        "start",
        [
            ("kubeconfig", identity.display().to_string()),
            ("config", config),
            ("helper-pod-file", helper),
            (
                "helper-image",
                "docker.io/library/busybox:latest".to_owned(),
            ),
            ("namespace", NAMESPACE.to_owned()),
            ("configmap-name", "local-path-config".to_owned()),
            ("service-account-name", "default".to_owned()),
            ("worker-threads", "16".to_owned()),
        ],
    ))
}

/// Every node keeps its volumes in a folder of its own, as if it were on a disk of its own.
fn config(layout: &Layout) -> serde_json::Value {
    let nodes = AddressPlan { slot: 0 }.nodes(MAX_NODES);
    let paths: Vec<_> = nodes
        .map(|node| json!({"node": node.name(), "paths": [layout.node(node).join("volumes")]}))
        .collect();
    json!({"nodePathMap": paths})
}
