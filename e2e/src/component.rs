//! Documents and components that start fast and cost nothing.

use serde_json::{Value, json};

/// An image with a shell.
pub const IMAGE: &str = "busybox:1.36";
/// Another version of it.
pub const OTHER_IMAGE: &str = "busybox:1.35";
/// An image that no registry has.
pub const MISSING_IMAGE: &str = "busybox:does-not-exist";
/// Runs until it is told to end.
const SERVE: &str = "trap 'exit 0' TERM; sleep 86400 & wait";

/// An application.
pub fn application(name: &str, namespace: &str, components: &[Value]) -> Value {
    json!({"name": name, "namespace": namespace, "components": components})
}

/// A ConfigMap with one entry.
pub fn config(name: &str, value: &str) -> Value {
    json!({"name": name, "type": "config", "properties": {"conf": {"key": value}}})
}

/// A Deployment of one pod that does nothing.
pub fn web(name: &str) -> Value {
    workload(name, "webservice")
}

/// A StatefulSet of one pod that does nothing.
pub fn store(name: &str) -> Value {
    workload(name, "statefulservice")
}

/// A Job that runs a line of shell.
pub fn job(name: &str, line: &str) -> Value {
    json!({"name": name, "type": "job", "image": IMAGE, "properties": {"command": ["sh", "-c", line]}})
}

/// A Deployment that no node takes: it waits until its time is over and costs no pod.
pub fn homeless(name: &str) -> Value {
    let mut component = web(name);
    component["traits"]["scheduling"] = json!({"nodeSelector": {"kubemin.test/node": "nowhere"}});
    component
}

/// A Deployment whose pod is ready some seconds after it started.
pub fn slow(name: &str, seconds: u32) -> Value {
    let mut component = web(name);
    component["traits"]["probes"] = json!([{"type": "readiness", "exec": {"command": ["true"]},
        "initialDelaySeconds": seconds, "periodSeconds": 1}]);
    component
}

/// A StatefulSet with a volume of its own.
pub fn store_with_volume(name: &str, size: &str) -> Value {
    let mut component = store(name);
    component["traits"]["storage"] = json!([volume(size)]);
    component
}

/// A claim `pvc-data-<application id>` made for the application, mounted at `/data`.
pub fn volume(size: &str) -> Value {
    json!({"type": "persistent", "name": "data", "mountPath": "/data", "tmpCreate": true, "size": size})
}

fn workload(name: &str, kind: &str) -> Value {
    json!({"name": name, "type": kind, "image": IMAGE, "replicas": 1, "traits": {},
        "properties": {"command": ["sh", "-c", SERVE]}})
}
