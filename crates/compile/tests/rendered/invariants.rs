//! What every compiled application must keep, whatever it is about.

use std::collections::BTreeSet;

use kubemin_model::names;
use kubemin_objects::{Compiled, Kind, Object, ObjectKey, labels};
use serde_json::Value;

/// Panics at the first object that breaks a rule.
#[track_caller]
pub fn check(compiled: &Compiled) {
    let mut keys = BTreeSet::new();
    for object in &compiled.objects {
        let key = &object.key;
        assert!(is_name(key), "{key}: no name for this kind");
        assert!(keys.insert(key.clone()), "{key}: there twice");
        assert_eq!(object.body["kind"], key.kind.name(), "{key}");
        assert_eq!(object.body["apiVersion"], key.kind.api_version(), "{key}");
        assert_eq!(object.body["metadata"]["name"], key.name.as_str(), "{key}");
        assert_eq!(
            object.body["metadata"]["namespace"].as_str(),
            key.namespace.as_deref(),
            "{key}"
        );
        assert_eq!(key.namespace.is_some(), key.kind.namespaced(), "{key}");
        assert!(object.body.get("status").is_none(), "{key}: has a status");
        managed_labels(compiled, object);
        if let Some(pod) = pod(&object.body) {
            check_pod(object, pod);
        }
        if key.kind == Kind::Service {
            check_service(compiled, object);
        }
    }
    let priorities: Vec<_> = compiled.objects.iter().map(Object::priority).collect();
    assert!(
        priorities.is_sorted(),
        "priorities do not rise: {priorities:?}"
    );
}

/// DNS-1123 of at most 63 characters, except where the author gives the object a name of its own: there as Kubernetes has it
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>).
fn is_name(key: &ObjectKey) -> bool {
    match key.kind {
        Kind::ServiceAccount | Kind::Ingress => names::is_subdomain(&key.name),
        Kind::Role | Kind::ClusterRole | Kind::RoleBinding | Kind::ClusterRoleBinding => {
            !matches!(key.name.as_str(), "" | "." | "..") && !key.name.contains(['/', '%'])
        }
        _ => names::is_label(&key.name),
    }
}

#[track_caller]
fn managed_labels(compiled: &Compiled, object: &Object) {
    let key = &object.key;
    let template = &object.body["spec"]["template"]["metadata"]["labels"];
    let claims = object.body["spec"]["volumeClaimTemplates"]
        .as_array()
        .into_iter()
        .flatten();
    let own = &object.body["metadata"]["labels"];
    let stable = [template]
        .into_iter()
        .filter(|labels| !labels.is_null())
        .chain(claims.map(|claim| &claim["metadata"]["labels"]));
    for found in stable.clone().chain([own]) {
        assert_eq!(found[labels::APP_ID], compiled.app_id.as_str(), "{key}");
        assert_eq!(
            found[labels::COMPONENT_NAME],
            object.component.as_str(),
            "{key}"
        );
        assert_eq!(found[labels::MANAGED_BY], labels::MANAGER, "{key}");
        assert!(found[labels::COMPONENT_ID].is_string(), "{key}");
    }
    for found in stable {
        assert!(
            found[labels::VERSION].is_null(),
            "{key}: a release would restart its pods"
        );
    }
    if let Some(selector) = object
        .body
        .pointer("/spec/selector/matchLabels")
        .filter(|_| !template.is_null())
    {
        let keys: Vec<_> = selector
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(keys, [labels::APP_ID, labels::COMPONENT_NAME], "{key}");
    }
}

fn pod(body: &Value) -> Option<&Value> {
    body.pointer("/spec/template/spec")
        .or_else(|| body.pointer("/spec/jobTemplate/spec/template/spec"))
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value[field].as_array().into_iter().flatten()
}

#[track_caller]
fn check_pod(object: &Object, pod: &Value) {
    let key = &object.key;
    let claims =
        list(&object.body["spec"], "volumeClaimTemplates").map(|claim| &claim["metadata"]["name"]);
    let volumes: Vec<&Value> = list(pod, "volumes")
        .map(|volume| &volume["name"])
        .chain(claims)
        .collect();
    unique(&volumes, &format!("{key}: volumes"));
    for volume in list(pod, "volumes") {
        assert_eq!(
            volume.as_object().map(serde_json::Map::len),
            Some(2),
            "{key}: one source a volume: {volume}"
        );
    }
    let containers: Vec<&Value> = list(pod, "initContainers")
        .chain(list(pod, "containers"))
        .collect();
    unique(
        &containers
            .iter()
            .map(|container| &container["name"])
            .collect::<Vec<_>>(),
        &format!("{key}: containers"),
    );
    for container in containers {
        assert!(
            container["image"]
                .as_str()
                .is_some_and(|image| !image.is_empty()),
            "{key}: no image"
        );
        assert!(
            container["imagePullPolicy"].is_string(),
            "{key}: no pull policy"
        );
        for mount in list(container, "volumeMounts") {
            assert!(
                volumes.contains(&&mount["name"]),
                "{key}: {} is mounted and no volume",
                mount["name"]
            );
        }
        unique(
            &list(container, "volumeMounts")
                .map(|mount| &mount["mountPath"])
                .collect::<Vec<_>>(),
            "mount paths",
        );
        unique(
            &list(container, "env")
                .map(|env| &env["name"])
                .collect::<Vec<_>>(),
            "variables",
        );
    }
    for container in list(pod, "initContainers") {
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            assert!(
                container[probe].is_null(),
                "{key}: {probe} on an init container"
            );
        }
    }
}

#[track_caller]
fn check_service(compiled: &Compiled, service: &Object) {
    let key = &service.key;
    let selector = &service.body["spec"]["selector"];
    let behind: Vec<&Object> = compiled
        .objects
        .iter()
        .filter(|object| {
            let labels = &object.body["spec"]["template"]["metadata"]["labels"];
            selector
                .as_object()
                .into_iter()
                .flatten()
                .all(|(key, value)| labels[key] == *value)
        })
        .collect();
    assert_eq!(
        behind.len(),
        1,
        "{key}: selects the pods of {} workloads",
        behind.len()
    );
    let open: Vec<&Value> = list(&behind[0].body["spec"]["template"]["spec"], "containers")
        .flat_map(|container| list(container, "ports"))
        .map(|port| &port["containerPort"])
        .collect();
    let ports: Vec<&Value> = list(&service.body["spec"], "ports").collect();
    for port in &ports {
        let target = port.get("targetPort").unwrap_or(&port["port"]);
        assert!(
            open.contains(&target),
            "{key}: leads to {target}, which no container has"
        );
    }
    if ports.len() > 1 {
        assert!(
            ports.iter().all(|port| port["name"].is_string()),
            "{key}: several ports need names"
        );
        unique(
            &ports.iter().map(|port| &port["name"]).collect::<Vec<_>>(),
            "port names",
        );
    }
}

#[track_caller]
fn unique(values: &[&Value], what: &str) {
    let different: BTreeSet<String> = values.iter().map(|value| value.to_string()).collect();
    assert_eq!(
        different.len(),
        values.len(),
        "{what}: one is there twice: {values:?}"
    );
}
