//! A rich object of every kind is applied and read back: nothing the API server adds or rewrites looks like drift.

use std::path::Path;

use kubemin_objects::{Kind, Object};
use kubemin_ports::Cluster;
use serde_json::{Value, json};

use crate::testbed::{Bed, in_namespace};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_applied_does_not_differ() {
    in_namespace("kinds", |bed| async move {
        for object in rich(&bed).into_iter().chain(compiled(&bed)) {
            settles(&bed, &object).await;
        }
    })
    .await;
}

async fn settles(bed: &Bed, object: &Object) {
    let key = &object.key;
    let first = bed.apply(object).await;
    assert!(first.changed && !first.uid.is_empty(), "{key}");
    let live = bed.live(key).await.unwrap();
    assert_eq!(bed.cluster.drift(object, &live), [], "{key}");
    assert!(!bed.cluster.differs(object, &live), "{key}");
    let second = bed.apply(object).await;
    assert!(!second.changed, "{key} was written again");
    assert_eq!(
        (second.uid, second.generation),
        (
            first.uid,
            live.body["metadata"]["generation"].as_i64().unwrap_or(0)
        )
    );
}

/// The objects of the compiler's golden applications, moved into this namespace. Workloads get no pods.
fn compiled(bed: &Bed) -> Vec<Object> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../compile/tests/golden");
    let mut objects = Vec::new();
    for case in ["all-traits", "added-traits", "workflow-steps"] {
        let text = std::fs::read_to_string(folder.join(case).join("objects.yaml")).unwrap();
        for document in text
            .split("---\n")
            .filter(|document| !document.trim().is_empty())
        {
            let body: Value = serde_saphyr::from_str(document).unwrap();
            objects.push(moved(bed, case, body));
        }
    }
    objects
}

fn moved(bed: &Bed, case: &str, mut body: Value) -> Object {
    let kind = Kind::from_name(body["kind"].as_str().unwrap()).unwrap();
    let name = format!("{}-{case}", body["metadata"]["name"].as_str().unwrap());
    if matches!(kind, Kind::Deployment | Kind::StatefulSet) {
        body["spec"]["replicas"] = 0.into();
    }
    if kind == Kind::Job {
        body["spec"]["suspend"] = true.into();
    }
    for subject in body
        .get_mut("subjects")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        subject["namespace"] = bed.namespace.clone().into();
    }
    bed.object(kind, &name, body)
}

fn pod(bed: &Bed, name: &str) -> Value {
    json!({
        "metadata": {"labels": bed.pod_labels(name), "annotations": {"kubemin.io/config-hash": "1"}},
        "spec": {
            "serviceAccountName": "default", "automountServiceAccountToken": false, "hostNetwork": false,
            "terminationGracePeriodSeconds": 0, "priorityClassName": "", "nodeSelector": {"disk": "ssd"},
            "imagePullSecrets": [{"name": "b"}, {"name": "a"}],
            "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a", "b"]}],
            "securityContext": {"fsGroup": 0, "runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}},
            "tolerations": [{"key": "a", "operator": "Exists"}, {"key": "b", "value": "c", "effect": "NoSchedule"}],
            "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": bed.pod_labels(name)}}],
            "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 100, "podAffinityTerm": {"topologyKey": "zone", "labelSelector": {"matchLabels": {"a": "b"}}}}]}},
            "volumes": [
                {"name": "z", "emptyDir": {}}, {"name": "memory", "emptyDir": {"medium": "Memory", "sizeLimit": "0.5Gi"}},
                {"name": "conf", "configMap": {"name": "conf", "defaultMode": 420, "items": [{"key": "a", "path": "b"}], "optional": false}},
                {"name": "secret", "secret": {"secretName": "s"}}, {"name": "claim", "persistentVolumeClaim": {"claimName": "c", "readOnly": false}},
                {"name": "all", "projected": {"sources": [{"configMap": {"name": "conf"}}, {"downwardAPI": {"items": [{"path": "n", "fieldRef": {"fieldPath": "metadata.name"}}]}}]}}],
            "initContainers": [
                {"name": "sidecar", "image": "busybox:1.36", "restartPolicy": "Always", "command": ["sleep", "1"]},
                {"name": "first", "image": "busybox:1.36", "command": ["true"], "args": [], "env": []}],
            "containers": [
                {"name": "web", "image": "nginx:1.27", "imagePullPolicy": "IfNotPresent",
                 "resources": {"limits": {"cpu": "0.5", "memory": "1024Mi", "nvidia.com/gpu": "1", "ephemeral-storage": "1e9"},
                               "requests": {"cpu": "500m", "memory": "1Gi", "nvidia.com/gpu": 1}},
                 "ports": [{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 53, "name": "dns-tcp"}, {"containerPort": 80}],
                 "env": [{"name": "EMPTY", "value": ""}, {"name": "A", "value": "1"},
                         {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                         {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0.001"}}},
                         {"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k", "optional": true}}}],
                 "envFrom": [{"configMapRef": {"name": "conf"}}, {"secretRef": {"name": "s"}, "prefix": "P_"}],
                 "volumeMounts": [{"name": "z", "mountPath": "/z", "readOnly": false, "subPath": ""}, {"name": "conf", "mountPath": "/c", "readOnly": true, "subPath": "b"}],
                 "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": false, "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}},
                 "livenessProbe": {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 10, "initialDelaySeconds": 0},
                 "readinessProbe": {"tcpSocket": {"port": "dns-tcp"}},
                 "startupProbe": {"exec": {"command": ["true"]}, "failureThreshold": 30},
                 "lifecycle": {"preStop": {"exec": {"command": ["sleep", "1"]}}}},
                {"name": "second", "image": "busybox:1.36", "resources": {}, "stdin": false, "tty": false}],
        }
    })
}

fn rich(bed: &Bed) -> Vec<Object> {
    let name = bed.namespace.as_str();
    let selector = json!({"matchLabels": bed.pod_labels(name)});
    let subject = json!({"kind": "ServiceAccount", "name": name, "namespace": name});
    let role_ref =
        |kind: &str| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name});
    let mut job_pod = pod(bed, name);
    job_pod["spec"]["restartPolicy"] = "Never".into();
    vec![
        bed.object(Kind::ConfigMap, name, json!({"data": {"empty": "", "a.b": "x\ny\n"}, "binaryData": {"b": "AAEC"}})),
        bed.object(Kind::Secret, name, json!({"type": "Opaque", "data": {"password": "c2VjcmV0", "empty": ""}})),
        bed.object(Kind::PersistentVolumeClaim, name, json!({"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}}})),
        bed.object(Kind::ServiceAccount, name, json!({"metadata": {"annotations": {"a": ""}}, "automountServiceAccountToken": false, "imagePullSecrets": [{"name": "x"}]})),
        bed.object(Kind::Role, name, json!({"rules": [{"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get"], "resourceNames": []}]})),
        bed.object(Kind::ClusterRole, name, json!({"rules": [{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]})),
        bed.object(Kind::RoleBinding, name, json!({"roleRef": role_ref("Role"), "subjects": [subject]})),
        bed.object(Kind::ClusterRoleBinding, name, json!({"roleRef": role_ref("ClusterRole"), "subjects": [subject]})),
        bed.object(Kind::NetworkPolicy, name, json!({"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [{"podSelector": {}}, {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}], "ports": [{"port": 80}, {"port": 53, "protocol": "UDP"}]}], "egress": [{}]}})),
        bed.object(Kind::Service, name, json!({"spec": {"type": "NodePort", "selector": bed.pod_labels(name), "sessionAffinity": "ClientIP", "publishNotReadyAddresses": false,
            "ports": [{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53}, {"name": "web", "port": 80, "targetPort": "http"}]}})),
        bed.object(Kind::Service, &format!("{name}-headless"), json!({"spec": {"clusterIP": "None", "selector": bed.pod_labels(name), "ports": [{"port": 80}]}})),
        bed.object(Kind::Deployment, name, json!({"spec": {"replicas": 0, "paused": false, "minReadySeconds": 0, "selector": selector, "template": pod(bed, name),
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}}})),
        bed.object(Kind::StatefulSet, name, json!({"spec": {"replicas": 0, "serviceName": format!("{name}-headless"), "selector": selector, "template": pod(bed, name),
            "updateStrategy": {"rollingUpdate": {"partition": 0}},
            "volumeClaimTemplates": [{"metadata": {"name": "data", "labels": {"a": "b"}}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "standard", "resources": {"requests": {"storage": "0.5Gi"}}}}]}})),
        bed.object(Kind::Job, name, json!({"spec": {"suspend": true, "backoffLimit": 0, "ttlSecondsAfterFinished": 0, "template": job_pod}})),
        bed.object(Kind::CronJob, name, json!({"spec": {"schedule": "*/5 * * * *", "suspend": true, "concurrencyPolicy": "Forbid", "jobTemplate": {"spec": {"template": job_pod}}}})),
        bed.object(Kind::HorizontalPodAutoscaler, name, json!({"spec": {"minReplicas": 1, "maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}},
                        {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "0.5Gi"}}}],
            "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}}})),
        bed.object(Kind::PodDisruptionBudget, name, json!({"spec": {"minAvailable": "50%", "selector": selector}})),
        bed.object(Kind::Ingress, name, json!({"metadata": {"annotations": {"nginx.ingress.kubernetes.io/rewrite-target": "/$1"}}, "spec": {"ingressClassName": "nginx",
            "tls": [{"hosts": ["a.example.com"], "secretName": "tls"}],
            "rules": [{"host": "a.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": 80}}}},
                {"path": "/b", "pathType": "Exact", "backend": {"service": {"name": name, "port": {"name": "web"}}}}]}}]}})),
    ]
}
