//! Places of objects in the API.

use kube::core::Request;
use kubemin_objects::{Kind, ObjectKey, labels};

/// Where objects of a kind are; over all namespaces when `namespace` is `None`.
pub(crate) fn collection(kind: Kind, namespace: Option<&str>) -> Request {
    resource(
        kind.api_version(),
        namespace.filter(|_| kind.namespaced()),
        kind.plural(),
    )
}

/// Where a resource of an API version (`v1`, `apps/v1`) is.
pub(crate) fn resource(api_version: &str, namespace: Option<&str>, plural: &str) -> Request {
    let root = if api_version.contains('/') {
        "apis"
    } else {
        "api"
    };
    Request::new(match namespace {
        Some(namespace) => format!("/{root}/{api_version}/namespaces/{namespace}/{plural}"),
        None => format!("/{root}/{api_version}/{plural}"),
    })
}

/// Where an object stands; `None` when its name or namespace would lead elsewhere.
pub(crate) fn of(key: &ObjectKey) -> Option<Request> {
    let namespace = key.namespace.as_deref();
    let safe = is_segment(&key.name) && namespace.is_none_or(is_segment);
    let complete = namespace.is_some() || !key.kind.namespaced();
    (safe && complete).then(|| collection(key.kind, namespace))
}

/// Whether a text is one segment of a path, with nothing to escape: names in Kubernetes always are.
pub(crate) fn is_segment(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':' | b'_');
    !text.is_empty() && text != "." && text != ".." && text.bytes().all(allowed)
}

/// Label selector for everything of a component.
pub(crate) fn of_component(app_id: &str, component: &str) -> String {
    format!(
        "{}={app_id},{}={component}",
        labels::APP_ID,
        labels::COMPONENT_NAME
    )
}

/// Whether a text may stand as value in a label selector.
pub(crate) fn is_label_value(text: &str) -> bool {
    is_segment(text) && !text.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kind: Kind, namespace: Option<&str>, name: &str) -> ObjectKey {
        ObjectKey {
            kind,
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    #[test]
    fn paths_follow_group_and_namespace() {
        let cases = [
            (
                key(Kind::Secret, Some("a"), "s"),
                "/api/v1/namespaces/a/secrets",
            ),
            (
                key(Kind::Deployment, Some("a"), "d"),
                "/apis/apps/v1/namespaces/a/deployments",
            ),
            (
                key(Kind::ClusterRole, None, "c:r"),
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            ),
        ];
        for (key, path) in cases {
            assert_eq!(of(&key).unwrap().url_path, path);
        }
    }

    #[test]
    fn a_name_cannot_lead_elsewhere() {
        for name in [
            "",
            ".",
            "..",
            "../secrets/x",
            "a/b",
            "a?dryRun=All",
            "a#b",
            "a%2fb",
            "a b",
        ] {
            assert!(
                of(&key(Kind::ConfigMap, Some("ns"), name)).is_none(),
                "{name}"
            );
            assert!(
                of(&key(Kind::ConfigMap, Some(name), "ok")).is_none(),
                "{name}"
            );
        }
    }
}
