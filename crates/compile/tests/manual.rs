//! Every JSON example of the manual (seed 000) with the result the manual shows next to it. The number in a file name
//! is the line of the example there.

mod rendered;

use kubemin_objects::Kind;
use rendered::{Rendered, example, examples, holds, yaml};
use serde_json::{Value, json};

const BACKEND: &str = "Deployment/backend";

#[track_caller]
fn env(file: &str, expected: &str) {
    let app = example(file);
    assert_eq!(app.container(BACKEND, "backend")["env"], yaml(expected));
}

#[test]
fn envs_static() {
    env(
        "86-envs-static.json",
        "- {name: APP_ENV, value: production}\n- {name: LOG_LEVEL, value: info}",
    );
}

#[test]
fn envs_from_a_secret() {
    env(
        "119-envs-from-secret.json",
        "- {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db-credentials, key: password}}}
- {name: API_KEY, valueFrom: {secretKeyRef: {name: api-secrets, key: key}}}",
    );
}

#[test]
fn envs_from_a_config() {
    env(
        "164-envs-from-config.json",
        "- {name: DATABASE_URL, valueFrom: {configMapKeyRef: {name: app-config, key: database_url}}}",
    );
}

#[test]
fn envs_from_fields() {
    env(
        "195-envs-from-field.json",
        "- {name: POD_NAME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}
- {name: POD_IP, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: status.podIP}}}
- {name: NODE_NAME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: spec.nodeName}}}",
    );
}

#[test]
fn envs_mixed() {
    env(
        "245-envs-mixed.json",
        "- {name: APP_NAME, value: my-service}
- {name: DB_HOST, valueFrom: {configMapKeyRef: {name: db-config, key: host}}}
- {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db-credentials, key: password}}}
- {name: INSTANCE_ID, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}",
    );
}

#[test]
fn env_from() {
    let config = json!({"configMapRef": {"name": "app-config"}});
    let secret = json!({"secretRef": {"name": "app-secrets"}});
    for (file, expected) in [
        ("310-env-from-config.json", json!([config])),
        ("344-env-from-secret.json", json!([secret])),
        ("365-env-from-both.json", json!([config, secret])),
    ] {
        let app = example(file);
        assert_eq!(
            app.container(BACKEND, "backend")["envFrom"],
            expected,
            "{file}"
        );
    }
}

#[test]
fn resources() {
    let app = example("443-resources.json");
    let amounts = json!({"cpu": "500m", "memory": "512Mi"});
    assert_eq!(
        app.container(BACKEND, "backend")["resources"],
        json!({"requests": amounts, "limits": amounts})
    );
}

#[test]
fn a_claim_of_its_own_is_a_template_of_a_stateful_set() {
    let app = example("560-storage-own-claim.json");
    let name = format!("pvc-mysql-data-{}", app.compiled().app_id);
    let templates = app.at("StatefulSet/mysql", "/spec/volumeClaimTemplates");
    holds(
        &templates[0],
        &json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"name": name, "annotations": {"storage.kubemin.cli/pvc-role": "template"}},
            "spec": {"storageClassName": "fast-ssd", "resources": {"requests": {"storage": "10Gi"}}}}),
        "template",
    );
    assert_eq!(
        app.container("StatefulSet/mysql", "mysql")["volumeMounts"],
        json!([{"name": name, "mountPath": "/var/lib/mysql"}])
    );
    assert!(
        !app.names()
            .iter()
            .any(|key| key.starts_with("PersistentVolumeClaim"))
    );
}

#[test]
fn a_shared_claim_has_the_given_name_and_no_annotation() {
    let app = example("585-storage-shared-claim.json");
    let claim = "PersistentVolumeClaim/shared-data";
    assert_eq!(app.at(claim, "/spec/resources/requests/storage"), "5Gi");
    assert_eq!(app.at(claim, "/metadata/annotations"), &Value::Null);
    let volume =
        json!({"name": "shared-data", "persistentVolumeClaim": {"claimName": "shared-data"}});
    assert_eq!(app.volume(BACKEND, "shared-data"), &volume);
}

#[test]
fn ephemeral_storage_is_an_empty_dir() {
    let app = example("609-storage-ephemeral.json");
    assert_eq!(
        app.volume(BACKEND, "cache"),
        &json!({"name": "cache", "emptyDir": {}})
    );
    let mounts = &app.container(BACKEND, "backend")["volumeMounts"];
    assert_eq!(
        mounts,
        &json!([{"name": "cache", "mountPath": "/tmp/cache"}])
    );
}

#[test]
fn configs_and_secrets_are_mounted_with_mode_0644() {
    let app = example("630-storage-config.json");
    let source = json!({"name": "my-configmap", "defaultMode": 0o644});
    assert_eq!(
        app.volume(BACKEND, "app-config"),
        &json!({"name": "app-config", "configMap": source})
    );
    let mounts = &app.container(BACKEND, "backend")["volumeMounts"];
    assert_eq!(
        mounts,
        &json!([{"name": "app-config", "mountPath": "/etc/config", "readOnly": true}])
    );

    let app = example("664-storage-secret.json");
    let source = json!({"secretName": "tls-secret", "defaultMode": 0o644});
    assert_eq!(
        app.volume(BACKEND, "certs"),
        &json!({"name": "certs", "secret": source})
    );
}

#[test]
fn a_sub_path_mounts_one_folder_of_the_claim() {
    let app = example("687-storage-sub-path.json");
    let mounts = &app.container("Deployment/mysql", "mysql")["volumeMounts"];
    assert_eq!(
        mounts,
        &json!([{"name": "data", "mountPath": "/var/lib/mysql", "subPath": "mysql"}])
    );
    let claim = format!("PersistentVolumeClaim/pvc-data-{}", app.compiled().app_id);
    assert_eq!(
        app.at(
            &claim,
            "/metadata/annotations/storage.kubemin.cli~1pvc-role"
        ),
        "template"
    );
}

#[test]
fn containers_of_a_pod_share_one_volume() {
    let app = example("711-storage-shared-in-pod.json");
    let claim = format!("pvc-shared-data-{}", app.compiled().app_id);
    assert_eq!(
        app.pod(BACKEND)["volumes"],
        json!([{"name": "shared-data", "persistentVolumeClaim": {"claimName": claim}}])
    );
    let mounts = |name: &str| app.container(BACKEND, name)["volumeMounts"].clone();
    assert_eq!(
        mounts("backend"),
        json!([{"name": "shared-data", "mountPath": "/data"}])
    );
    assert_eq!(
        mounts("init-data"),
        json!([{"name": "shared-data", "mountPath": "/init-data"}])
    );
    assert_eq!(
        mounts("backup"),
        json!([{"name": "shared-data", "mountPath": "/backup-source", "readOnly": true}])
    );
    let claims = app
        .compiled()
        .objects
        .iter()
        .filter(|object| object.key.kind == Kind::PersistentVolumeClaim);
    assert_eq!(claims.count(), 1);
}

#[track_caller]
fn probes(app: &Rendered, key: &str, container: &str, expected: &str) {
    let container = app.container(key, container);
    let Value::Object(expected) = yaml(expected) else {
        panic!("expected probes by name")
    };
    for name in ["startupProbe", "livenessProbe", "readinessProbe"] {
        assert_eq!(container.get(name), expected.get(name), "{name}");
    }
}

#[test]
fn probes_over_http() {
    probes(
        &example("844-probes-http.json"),
        BACKEND,
        "backend",
        "livenessProbe: {httpGet: {path: /healthz, port: 8080}, initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3}
readinessProbe: {httpGet: {path: /ready, port: 8080}, initialDelaySeconds: 5, periodSeconds: 5}",
    );
}

#[test]
fn probes_over_tcp() {
    probes(
        &example("894-probes-tcp.json"),
        "StatefulSet/mysql",
        "mysql",
        "livenessProbe: {tcpSocket: {port: 3306}, initialDelaySeconds: 30, periodSeconds: 15}
readinessProbe: {tcpSocket: {port: 3306}, initialDelaySeconds: 5, periodSeconds: 10}",
    );
}

#[test]
fn probes_by_command() {
    probes(
        &example("936-probes-exec.json"),
        BACKEND,
        "backend",
        "livenessProbe: {exec: {command: [cat, /tmp/healthy]}, initialDelaySeconds: 5, periodSeconds: 5}",
    );
}

#[test]
fn probes_of_a_slow_start() {
    probes(
        &example("967-probes-slow-start.json"),
        BACKEND,
        "backend",
        "startupProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 10, failureThreshold: 30}
livenessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 10}
readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 5}",
    );
}

#[test]
fn init_basic() {
    let app = example("1055-init-basic.json");
    let expected = json!({"image": "busybox:latest", "command": ["sh", "-c", "chmod -R 755 /data"],
        "env": [{"name": "DATA_DIR", "value": "/data"}], "imagePullPolicy": "IfNotPresent"});
    holds(
        app.container(BACKEND, "init-permissions"),
        &expected,
        "init-permissions",
    );
    assert_eq!(
        app.pod(BACKEND)["initContainers"].as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn init_with_storage() {
    let app = example("1084-init-with-storage.json");
    let init = app.container(BACKEND, "init-data");
    assert_eq!(init["image"], "busybox:latest");
    assert_eq!(
        init["command"],
        json!(["sh", "-c", "cp /config/* /app/config/"])
    );
    let mounts = json!([{"name": "app-config", "mountPath": "/config", "readOnly": true},
        {"name": "shared-data", "mountPath": "/app/config"}]);
    assert_eq!(init["volumeMounts"], mounts);
    assert_eq!(
        app.volume(BACKEND, "app-config")["configMap"]["name"],
        "my-configmap"
    );
    assert_eq!(app.volume(BACKEND, "shared-data")["emptyDir"], json!({}));
    assert!(app.container(BACKEND, "backend")["volumeMounts"].is_null());
}

#[test]
fn a_sidecar_collects_logs() {
    let app = example("1160-sidecar-logs.json");
    let amounts = json!({"cpu": "100m", "memory": "128Mi"});
    let expected = json!({"image": "fluent/fluentd:v1.14", "env": [{"name": "FLUENTD_CONF", "value": "fluent.conf"}],
        "volumeMounts": [{"name": "app-logs", "mountPath": "/var/log/app"}],
        "resources": {"requests": amounts, "limits": amounts}});
    holds(app.container(BACKEND, "fluentd"), &expected, "fluentd");
    assert_eq!(app.volume(BACKEND, "app-logs")["emptyDir"], json!({}));
}

#[test]
fn a_sidecar_is_a_proxy() {
    let app = example("1200-sidecar-proxy.json");
    let amounts = json!({"cpu": "200m", "memory": "256Mi"});
    let expected = json!({"image": "envoyproxy/envoy:v1.25.0", "command": ["envoy"],
        "args": ["-c", "/etc/envoy/envoy.yaml"],
        "volumeMounts": [{"name": "envoy-config", "mountPath": "/etc/envoy"}],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 9901}, "initialDelaySeconds": 5, "periodSeconds": 10},
        "resources": {"requests": amounts, "limits": amounts}});
    holds(
        app.container(BACKEND, "envoy-proxy"),
        &expected,
        "envoy-proxy",
    );
    assert_eq!(
        app.volume(BACKEND, "envoy-config")["configMap"]["name"],
        "envoy-configmap"
    );
}

#[test]
fn a_sidecar_exports_metrics() {
    let app = example("1252-sidecar-metrics.json");
    let expected = json!({"image": "prom/node-exporter:v1.5.0",
        "args": ["--path.procfs=/host/proc", "--path.sysfs=/host/sys"],
        "livenessProbe": {"httpGet": {"path": "/metrics", "port": 9100}, "periodSeconds": 30}});
    holds(
        app.container(BACKEND, "prometheus-exporter"),
        &expected,
        "prometheus-exporter",
    );
    assert!(app.container(BACKEND, "backend")["livenessProbe"].is_null());
}

#[test]
fn rbac_of_a_pod_reader() {
    let app = example("1357-rbac-pod-reader.json");
    app.holds(
        "ServiceAccount/pod-reader",
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: pod-reader}}",
    );
    app.holds(
        "Role/pod-reader-role",
        "{apiVersion: rbac.authorization.k8s.io/v1, rules: [{apiGroups: [''], resources: [pods], verbs: [get, list, watch]}]}",
    );
    app.holds(
        "RoleBinding/pod-reader-binding",
        "{subjects: [{kind: ServiceAccount, name: pod-reader}], roleRef: {kind: Role, name: pod-reader-role, apiGroup: rbac.authorization.k8s.io}}",
    );
    assert_eq!(app.pod(BACKEND)["serviceAccountName"], "pod-reader");
}

#[test]
fn rbac_of_config_readers() {
    example("1416-rbac-config-reader.json").holds(
        "Role/config-reader-role",
        "{rules: [{apiGroups: [''], resources: [configmaps, secrets], verbs: [get, list]}]}",
    );
    example("1520-rbac-resource-names.json").holds(
        "Role/specific-config-reader-role",
        "{rules: [{apiGroups: [''], resources: [configmaps], resourceNames: [app-config, feature-flags], verbs: [get]}]}",
    );
}

#[test]
fn rbac_of_a_deployment_manager() {
    example("1435-rbac-deployment-manager.json").holds(
        "Role/deployment-manager-role",
        "{rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, list, watch, create, update, patch, delete]}, {apiGroups: [''], resources: [pods], verbs: [get, list, watch]}]}",
    );
}

#[test]
fn rbac_of_the_whole_cluster() {
    let app = example("1459-rbac-cluster-scope.json");
    app.holds(
        "ClusterRole/cluster-admin-sa-role",
        "{rules: [{apiGroups: [''], resources: [nodes], verbs: [get, list, watch]}, {apiGroups: [''], resources: [namespaces], verbs: [get, list]}]}",
    );
    app.holds(
        "ClusterRoleBinding/cluster-admin-sa-binding",
        "{subjects: [{kind: ServiceAccount, name: cluster-admin-sa, namespace: default}], roleRef: {kind: ClusterRole, name: cluster-admin-sa-role, apiGroup: rbac.authorization.k8s.io}}",
    );
    assert!(!app.names().iter().any(|key| key.starts_with("Role")));
}

#[test]
fn rbac_complete() {
    let app = example("1553-rbac-complete.json");
    app.holds(
        "ServiceAccount/backend-sa",
        "{metadata: {labels: {app: backend, env: production}, annotations: {description: Backend service account}}, automountServiceAccountToken: false}",
    );
    app.holds(
        "Role/backend-role",
        "{metadata: {labels: {app: backend}}, rules: [{apiGroups: [''], resources: [pods, services], verbs: [get, list, watch]}, {apiGroups: [''], resources: [configmaps], verbs: [get]}]}",
    );
    app.holds(
        "RoleBinding/backend-binding",
        "{metadata: {labels: {app: backend}}, roleRef: {name: backend-role}}",
    );
}

#[test]
fn two_policies_are_six_objects_and_the_first_account_is_the_pods() {
    let app = example("1639-rbac-several.json");
    let names = app.names();
    for key in [
        "ServiceAccount/primary-sa",
        "Role/primary-sa-role",
        "RoleBinding/primary-sa-binding",
        "ServiceAccount/secondary-sa",
        "ClusterRole/secondary-sa-role",
        "ClusterRoleBinding/secondary-sa-binding",
    ] {
        assert!(names.contains(&key.to_owned()), "{key} in {names:?}");
    }
    assert_eq!(app.pod(BACKEND)["serviceAccountName"], "primary-sa");
}

#[test]
fn ingress_basic() {
    example("1744-ingress-basic.json").holds(
        "Ingress/my-app-ingress",
        "{apiVersion: networking.k8s.io/v1, spec: {ingressClassName: nginx, rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: my-app-service, port: {number: 80}}}}]}}]}}",
    );
}

#[test]
fn ingress_with_a_host() {
    example("1792-ingress-host.json").holds(
        "Ingress/api-ingress",
        "{spec: {rules: [{host: api.example.com, http: {paths: [
           {path: /v1, pathType: Prefix, backend: {service: {name: api-v1, port: {number: 8080}}}},
           {path: /v2, pathType: Prefix, backend: {service: {name: api-v2, port: {number: 8080}}}}]}}]}}",
    );
}

#[test]
fn ingress_with_a_certificate() {
    example("1822-ingress-tls.json").holds(
        "Ingress/secure-ingress",
        "{spec: {ingressClassName: nginx, tls: [{hosts: [secure.example.com], secretName: tls-secret}], rules: [{host: secure.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: secure-app, port: {number: 443}}}}]}}]}}",
    );
}

#[test]
fn ingress_with_a_rewrite() {
    let app = example("1877-ingress-rewrite.json");
    app.holds(
        "Ingress/rewrite-ingress",
        "{spec: {rules: [{host: app.example.com, http: {paths: [{path: '/api(/.*)', pathType: ImplementationSpecific, backend: {service: {name: backend-service, port: {number: 8080}}}}]}}]}}",
    );
    let annotations = json!({"nginx.ingress.kubernetes.io/use-regex": "true", "nginx.ingress.kubernetes.io/rewrite-target": "$1"});
    assert_eq!(
        app.at("Ingress/rewrite-ingress", "/metadata/annotations"),
        &annotations
    );
}

#[test]
fn ingress_with_many_hosts() {
    let app = example("1908-ingress-multi-host.json");
    app.holds(
        "Ingress/multi-host-ingress",
        "{metadata: {labels: {app: multi-tenant}}, spec: {tls: [{secretName: wildcard-tls, hosts: ['*.example.com']}], rules: [
           {host: app1.example.com, http: {paths: [{path: /, backend: {service: {name: app1-service, port: {number: 80}}}}]}},
           {host: app2.example.com, http: {paths: [{path: /, backend: {service: {name: app2-service}}}]}},
           {host: api.example.com, http: {paths: [{path: /users, backend: {service: {name: user-service, port: {number: 8080}}}}, {path: /orders, backend: {service: {name: order-service}}}]}}]}}",
    );
}

#[test]
fn create_application_is_three_config_maps_and_two_deployments() {
    let app = example("2225-create-application.json");
    let expected = [
        "ConfigMap/app-config-1",
        "ConfigMap/app-config-2",
        "ConfigMap/app-config-3",
        "Service/backend",
        "Deployment/backend",
        "Service/frontend",
        "Deployment/frontend",
    ];
    assert_eq!(app.names(), expected);
    app.holds(
        "ConfigMap/app-config-1",
        "{data: {database.host: mysql.default.svc, database.port: '3306'}}",
    );
    app.holds(
        "Deployment/backend",
        "{metadata: {namespace: default}, spec: {replicas: 2}}",
    );
    assert_eq!(
        app.container("Deployment/frontend", "frontend")["env"],
        json!([{"name": "API_URL", "value": "http://backend:8080"}])
    );
}

#[test]
fn timelines_hold_three_config_maps_before_two_deployments() {
    for (file, number) in [
        ("2311-timeline-1.json", 1),
        ("2333-timeline-2.json", 2),
        ("2364-timeline-3.json", 3),
    ] {
        let names = example(file).names();
        let kinds: Vec<_> = names
            .iter()
            .filter_map(|key| key.split('/').next())
            .collect();
        assert_eq!(kinds[..3], ["ConfigMap"; 3], "{file}");
        assert!(
            names.contains(&format!("Deployment/backend-t{number}")),
            "{file}"
        );
    }
}

#[test]
fn timeline_of_two_steps() {
    let names = example("2391-timeline-4.json").names();
    assert_eq!(
        names,
        [
            "ConfigMap/config",
            "Service/api",
            "Deployment/api",
            "Service/web",
            "Deployment/web"
        ]
    );
}

#[test]
fn workflow_steps() {
    let names = example("2029-workflow-steps.json").names();
    let place = |key: &str| {
        names
            .iter()
            .position(|name| name == key)
            .expect("an object of this name")
    };
    assert!(place("Secret/secret") < place("StatefulSet/mysql"));
    assert!(place("StatefulSet/redis") < place("Deployment/backend"));
}

#[test]
fn all_traits_share_one_pod() {
    let app = example("all-traits.json");
    assert_eq!(app.pod(BACKEND)["serviceAccountName"], "backend-sa");
    assert_eq!(
        app.pod(BACKEND)["volumes"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(
        app.at(
            "Ingress/backend-ingress-2",
            "/spec/rules/0/http/paths/0/path"
        ),
        "/v1(/|$)(.*)"
    );
}

#[test]
fn every_example_file_is_tested_here() {
    let tests = include_str!("manual.rs");
    let mut files = 0;
    for entry in std::fs::read_dir(examples()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(tests.contains(&format!("\"{name}\"")), "no test for {name}");
        files += 1;
    }
    assert_eq!(files, 44);
}
