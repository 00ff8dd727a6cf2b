//! What one pod of a workload asks for, read from its compiled body.

use kubemin_model::Amount;
use serde_json::Value;

use crate::diagnosis::Requests;

/// Requests of a pod in milli-units: containers added up, or the largest init container where that is more
/// (Kubernetes docs, Resource sharing within containers).
pub fn of_workload(body: &Value) -> Requests {
    let Some(pod) = body.pointer("/spec/template/spec") else {
        return Requests::new();
    };
    let mut total = Requests::new();
    for container in list(pod, "containers") {
        for (resource, amount) in requests(container) {
            *total.entry(resource).or_default() += amount;
        }
    }
    for container in list(pod, "initContainers") {
        for (resource, amount) in requests(container) {
            let entry = total.entry(resource).or_default();
            *entry = (*entry).max(amount);
        }
    }
    total
}

fn list<'a>(pod: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    pod.get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn requests(container: &Value) -> impl Iterator<Item = (String, i128)> + use<'_> {
    let requests = container
        .pointer("/resources/requests")
        .and_then(Value::as_object);
    requests
        .into_iter()
        .flatten()
        .filter_map(|(name, amount)| Some((name.clone(), milli(amount.as_str()?)?)))
}

/// A quantity in thousandths of its unit.
pub fn milli(text: &str) -> Option<i128> {
    Amount::parse(text)
        .ok()
        .map(|amount| amount.nanos() / 1_000_000)
}
