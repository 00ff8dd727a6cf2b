//! Application documents of a run.

use anyhow::{Context, Result};
use serde_json::{Value, json};

const DAG: &str = include_str!("../../examples/manual/2364-timeline-3.json");

/// The manual's example 3 in a namespace: three ConfigMaps, then two Deployments with Services. `replicas` for both
/// Deployments; as the manual has it when `None`.
pub fn dag(namespace: &str, replicas: Option<u32>) -> Result<Value> {
    let mut document: Value = serde_json::from_str(DAG)?;
    document["namespace"] = json!(namespace);
    let components = document["components"]
        .as_array_mut()
        .context("the example has components")?;
    for component in components
        .iter_mut()
        .filter(|component| component["type"] == "webservice")
    {
        if let Some(replicas) = replicas {
            component["replicas"] = json!(replicas);
        }
    }
    Ok(document)
}

/// One ConfigMap and one Secret.
pub fn pair(namespace: &str, name: &str) -> Value {
    json!({
        "name": name, "namespace": namespace, "version": "1.0.0",
        "components": [
            {"name": format!("{name}-conf"), "type": "config", "properties": {"conf": {"database.host": "mysql", "log.level": "info"}}},
            {"name": format!("{name}-cred"), "type": "secret", "properties": {"secret": {"password": "change-me"}}},
        ],
    })
}

/// One ConfigMap.
pub fn config(namespace: &str, name: &str) -> Value {
    json!({
        "name": name, "namespace": namespace, "version": "1.0.0",
        "components": [{"name": name, "type": "config", "properties": {"conf": {"log.level": "info"}}}],
    })
}

/// One Deployment.
pub fn web(namespace: &str, name: &str, replicas: u32) -> Value {
    json!({
        "name": name, "namespace": namespace, "version": "1.0.0",
        "components": [{"name": name, "type": "webservice", "image": "myregistry/backend:v1.0.0", "replicas": replicas}],
    })
}
