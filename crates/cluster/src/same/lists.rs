//! How lists are compared: by the keys Kubernetes merges them by, or as a whole
//! (<https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy>, `x-kubernetes-list-map-keys`).

use kubemin_objects::Kind;
use serde_json::Value;

/// Names of the fields that identify an element.
pub(super) type MergeKey = &'static [&'static str];

/// The merge key of a list; `None` for an atomic one.
pub(super) fn merge_key(kind: Kind, field: &str, elements: &[Value]) -> Option<MergeKey> {
    if matches!(
        kind,
        Kind::NetworkPolicy | Kind::Ingress | Kind::HTTPRoute | Kind::ServiceAccount
    ) {
        return None;
    }
    match field {
        "containers" | "initContainers" | "volumes" | "env" | "imagePullSecrets"
        | "resourceClaims" => Some(&["name"]),
        "ports"
            if elements
                .iter()
                .any(|port| port.get("containerPort").is_some()) =>
        {
            Some(&["containerPort", "protocol"])
        }
        "ports" => Some(&["port", "protocol"]),
        "volumeMounts" => Some(&["mountPath"]),
        "volumeDevices" => Some(&["devicePath"]),
        "hostAliases" => Some(&["ip"]),
        "topologySpreadConstraints" => Some(&["topologyKey", "whenUnsatisfiable"]),
        // Not a map-list in the schema, but fixed after creation: telling them apart by name reads better.
        "volumeClaimTemplates" => Some(&["metadata.name"]),
        _ => None,
    }
}

/// The values of an element's merge key, `8080/TCP`.
pub(super) fn identity(element: &Value, key: &[&str]) -> String {
    let parts: Vec<String> = key.iter().map(|field| part(element, field)).collect();
    parts.join("/")
}

fn part(element: &Value, field: &str) -> String {
    let value = field
        .split('.')
        .try_fold(element, |value, name| value.get(name));
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None if field == "protocol" => "TCP".to_owned(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}
