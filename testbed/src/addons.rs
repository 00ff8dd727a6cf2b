//! What a new cluster has beside its nodes: names for Services, and storage.

use serde_json::{Value, json};

use crate::control::VOLUME_NAMESPACE;
use crate::plan::AddressPlan;

/// The objects that are applied to a new cluster.
pub fn objects(plan: AddressPlan) -> Vec<Value> {
    let mut all = storage();
    all.extend(dns(plan));
    all
}

fn storage() -> Vec<Value> {
    let class = |name: &str, default: bool| {
        json!({
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": name, "annotations": {"storageclass.kubernetes.io/is-default-class": default.to_string()}},
            "provisioner": "rancher.io/local-path",
            "volumeBindingMode": "WaitForFirstConsumer",
            "reclaimPolicy": "Delete",
        })
    };
    let rule = |group: &str, resources: &[&str], verbs: &[&str]| json!({"apiGroups": [group], "resources": resources, "verbs": verbs});
    let (read, write) = (
        ["get", "list", "watch"].as_slice(),
        [
            "get", "list", "watch", "create", "patch", "update", "delete",
        ]
        .as_slice(),
    );
    let role = "local-path-provisioner";
    vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": VOLUME_NAMESPACE}}),
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "local-path-config", "namespace": VOLUME_NAMESPACE},
            "data": {
                "setup": "#!/bin/sh\nset -eu\nmkdir -m 0777 -p \"$VOL_DIR\"\n",
                "teardown": "#!/bin/sh\nset -eu\nrm -rf \"$VOL_DIR\"\n",
            },
        }),
        class("standard", true),
        class("fast-ssd", false),
        cluster_role(
            role,
            &json!([
                rule(
                    "",
                    &[
                        "nodes",
                        "persistentvolumeclaims",
                        "configmaps",
                        "pods",
                        "pods/log"
                    ],
                    read
                ),
                rule("", &["persistentvolumes", "pods", "endpoints"], write),
                rule("", &["events"], &["create", "patch"]),
                rule("storage.k8s.io", &["storageclasses"], read),
            ]),
        ),
        cluster_role_binding(
            role,
            &json!({"kind": "User", "name": "system:local-path-provisioner", "apiGroup": "rbac.authorization.k8s.io"}),
        ),
    ]
}

/// CoreDNS on every node, and every node asks its own: names are known also when another node
/// is lost, or when this one is cut off.
fn dns(plan: AddressPlan) -> Vec<Value> {
    let rule = |group: &str, resources: &[&str]| json!({"apiGroups": [group], "resources": resources, "verbs": ["list", "watch"]});
    let labels = json!({"k8s-app": "kube-dns"});
    vec![
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "coredns", "namespace": "kube-system"}}),
        cluster_role(
            "system:coredns",
            &json!([
                rule("", &["endpoints", "services", "pods", "namespaces"]),
                rule("discovery.k8s.io", &["endpointslices"]),
            ]),
        ),
        cluster_role_binding(
            "system:coredns",
            &json!({"kind": "ServiceAccount", "name": "coredns", "namespace": "kube-system"}),
        ),
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "coredns", "namespace": "kube-system"},
            "data": {"Corefile": COREFILE},
        }),
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "kube-dns", "namespace": "kube-system", "labels": labels},
            "spec": {
                "clusterIP": plan.dns_service(),
                "selector": labels,
                "internalTrafficPolicy": "Local",
                "ports": [
                    {"name": "dns", "port": 53, "protocol": "UDP"},
                    {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
                    {"name": "metrics", "port": 9153, "protocol": "TCP"},
                ],
            },
        }),
        json!({
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": "coredns", "namespace": "kube-system", "labels": labels},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": dns_pod()},
            },
        }),
    ]
}

/// Nothing answers outside of the cluster, so any other name is said at once not to exist. That
/// needs a zone of its own: within one, `template` comes before `kubernetes`.
const COREFILE: &str = "\
cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {
    errors
    health {
        lameduck 1s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        ttl 5
    }
    prometheus :9153
    cache 5
    reload
}
.:53 {
    errors
    template ANY ANY . {
        rcode NXDOMAIN
    }
}
";

fn dns_pod() -> Value {
    json!({
        "serviceAccountName": "coredns",
        "priorityClassName": "system-node-critical",
        "dnsPolicy": "Default",
        "terminationGracePeriodSeconds": 2,
        "tolerations": [{"operator": "Exists"}],
        "containers": [{
            "name": "coredns",
            "image": "registry.k8s.io/coredns/coredns:v1.13.1",
            "imagePullPolicy": "IfNotPresent",
            "args": ["-conf", "/etc/coredns/Corefile"],
            "ports": [
                {"name": "dns", "containerPort": 53, "protocol": "UDP"},
                {"name": "dns-tcp", "containerPort": 53, "protocol": "TCP"},
                {"name": "metrics", "containerPort": 9153, "protocol": "TCP"},
            ],
            "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}, "periodSeconds": 1},
            "livenessProbe": {"httpGet": {"path": "/health", "port": 8080}, "initialDelaySeconds": 30, "failureThreshold": 5},
            "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns", "readOnly": true}],
        }],
        "volumes": [{"name": "config", "configMap": {"name": "coredns"}}],
    })
}

fn cluster_role(name: &str, rules: &Value) -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules})
}

fn cluster_role_binding(role: &str, subject: &Value) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": role},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [subject],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_storage_class_is_the_default() {
        let all = objects(AddressPlan { slot: 0 });
        let classes = all.iter().filter(|object| object["kind"] == "StorageClass");
        let default = "storageclass.kubernetes.io/is-default-class";
        let names: Vec<_> = classes
            .filter(|class| class["metadata"]["annotations"][default] == "true")
            .map(|class| &class["metadata"]["name"])
            .collect();
        assert_eq!(names, ["standard"]);
    }
}
