//! Pods: accounts, security, volumes, restarts by configuration, strategies (decisions 36, 37, 39, 40, 43).

mod rendered;

use kubemin_objects::{ClusterFacts, GpuNames};
use rendered::{rendered, rendered_with};
use serde_json::{Value, json};

const WEB: &str = "Deployment/web";
const HASH: &str = "/spec/template/metadata/annotations/kubemin.io~1config-hash";

fn web(traits: Value) -> Value {
    with_config(traits, "v", "s")
}

fn with_config(traits: Value, conf: &str, secret: &str) -> Value {
    json!({"id": "pd1", "name": "shop", "components": [
        {"name": "web", "type": "webservice", "image": "a:1", "traits": traits},
        {"name": "conf", "type": "config", "properties": {"conf": {"k": conf}}},
        {"name": "keys", "type": "secret", "properties": {"secret": {"k": secret}}}]})
}

fn hash(document: &Value) -> Value {
    rendered(document).at(WEB, HASH).clone()
}

#[test]
fn pods_escalate_nothing_and_hold_no_token_unless_asked() {
    let app = rendered(&web(json!({"init": [{"properties": {"image": "i:1"}}]})));
    let pod = app.pod(WEB);
    assert_eq!(
        pod["securityContext"],
        json!({"seccompProfile": {"type": "RuntimeDefault"}})
    );
    assert_eq!(pod["automountServiceAccountToken"], false);
    for container in ["web", "web-init-1"] {
        let context = &app.container(WEB, container)["securityContext"];
        assert_eq!(context, &json!({"allowPrivilegeEscalation": false}));
    }
}

#[test]
fn an_account_decides_about_its_token_itself() {
    let rbac = json!({"rbac": [{"rules": [{"resources": ["pods"], "verbs": ["get"]}]}]});
    assert!(
        rendered(&web(rbac))
            .pod(WEB)
            .get("automountServiceAccountToken")
            .is_none()
    );
}

#[test]
fn restricted_is_what_the_pod_security_standard_asks_for() {
    let app = rendered(&web(json!({"security": {"profile": "restricted"}})));
    let pod = json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}});
    assert_eq!(app.pod(WEB)["securityContext"], pod);
    let container = json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}});
    assert_eq!(app.container(WEB, "web")["securityContext"], container);
}

#[test]
fn used_configuration_restarts_its_users() {
    for traits in [
        json!({"envFrom": [{"type": "configMap", "sourceName": "conf"}]}),
        json!({"envs": [{"name": "A", "valueFrom": {"config": {"name": "conf", "key": "k"}}}]}),
        json!({"storage": [{"type": "config", "name": "conf", "subPath": "k", "mountPath": "/k"}]}),
        json!({"sidecar": [{"image": "s:1", "traits": {"envFrom": [{"type": "config", "sourceName": "conf"}]}}]}),
    ] {
        let before = hash(&with_config(traits.clone(), "1", "s"));
        assert!(before.is_string(), "{traits}");
        assert_eq!(
            before,
            hash(&with_config(traits.clone(), "1", "other")),
            "{traits}"
        );
        assert_ne!(
            before,
            hash(&with_config(traits.clone(), "2", "s")),
            "{traits}"
        );
    }
}

#[test]
fn what_refreshes_by_itself_or_is_not_ours_restarts_nobody() {
    for traits in [
        json!({}),
        json!({"storage": [{"type": "config", "name": "conf", "mountPath": "/k"}]}),
        json!({"envFrom": [{"type": "secret", "sourceName": "elsewhere"}]}),
        json!({"envFrom": [{"type": "secret", "sourceName": "conf"}]}),
    ] {
        assert_eq!(hash(&web(traits.clone())), Value::Null, "{traits}");
    }
}

#[test]
fn restarts_by_configuration_can_be_turned_off() {
    let mut document = web(json!({"envFrom": [{"type": "configMap", "sourceName": "conf"}]}));
    document["components"][0]["policies"] = json!({"restartOnConfigChange": false});
    assert_eq!(hash(&document), Value::Null);
}

#[test]
fn the_hash_of_a_secret_depends_on_the_platforms_key() {
    let document = web(json!({"envFrom": [{"type": "secret", "sourceName": "keys"}]}));
    let with_key = |key: &[u8]| {
        let facts = ClusterFacts {
            hash_key: key.to_vec(),
            ..ClusterFacts::default()
        };
        rendered_with(&document, &facts).at(WEB, HASH).clone()
    };
    assert_ne!(with_key(b"one"), with_key(b"two"));
    assert_eq!(with_key(b"one"), with_key(b"one"));
}

#[test]
fn a_new_version_changes_no_pod_and_no_claim_template() {
    let at = |version: &str| {
        rendered(
            &json!({"id": "pd2", "name": "shop", "version": version, "components": [
            {"name": "db", "type": "store", "image": "d:1", "traits": {
                "storage": [{"type": "persistent", "name": "data", "tmpCreate": true}]}}]}),
        )
        .object("StatefulSet/db")
        .clone()
    };
    let (one, two) = (at("1.0.0"), at("2.0.0"));
    assert_eq!(one["spec"], two["spec"]);
    assert_ne!(one["metadata"], two["metadata"]);
}

#[test]
fn a_claim_for_one_node_recreates_its_pod_unless_said_otherwise() {
    let storage = |mode: &str| json!({"type": "persistent", "name": "data", "accessModes": [mode]});
    let strategy = |traits: Value| rendered(&web(traits)).at(WEB, "/spec/strategy").clone();
    assert_eq!(
        strategy(json!({"storage": [storage("ReadWriteOnce")]})),
        json!({"type": "Recreate"})
    );
    assert_eq!(
        strategy(json!({"storage": [storage("ReadWriteMany")]})),
        Value::Null
    );
    let both = json!({"storage": [storage("ReadWriteOnce")], "update": {"strategy": "rolling", "maxSurge": 0, "maxUnavailable": "50%"}});
    let rolling =
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": "50%"}});
    assert_eq!(strategy(both), rolling);
}

#[test]
fn users_labels_stand_beside_managed_ones_and_never_in_their_place() {
    let app = rendered(&json!({"id": "pd3", "name": "shop", "components": [
        {"name": "web", "type": "webservice", "image": "a:1", "properties": {
            "labels": {"tier": "front", "app.kubernetes.io/managed-by": "me"}, "annotations": {"note": "kept"}}}]}));
    for metadata in ["/metadata", "/spec/template/metadata"] {
        let metadata = app.at(WEB, metadata);
        assert_eq!(metadata["labels"]["tier"], "front");
        assert_eq!(
            metadata["labels"]["app.kubernetes.io/managed-by"],
            "kubemin"
        );
        assert_eq!(metadata["annotations"]["note"], "kept");
    }
}

#[test]
fn policies_reach_every_container_and_the_pod() {
    let mut document = web(json!({"sidecar": [{"image": "s:1"}]}));
    document["policies"] = json!({"imagePullPolicy": "Always", "imagePullSecrets": ["registry"]});
    let app = rendered(&document);
    assert_eq!(
        app.pod(WEB)["imagePullSecrets"],
        json!([{"name": "registry"}])
    );
    for container in ["web", "web-sidecar-1"] {
        assert_eq!(app.container(WEB, container)["imagePullPolicy"], "Always");
    }
}

#[test]
fn a_claim_template_is_mounted_by_every_container_under_its_own_name() {
    let app = rendered(&json!({"id": "pd4", "name": "shop", "components": [
        {"name": "db", "type": "store", "image": "d:1", "traits": {
            "storage": [{"type": "persistent", "name": "data", "mountPath": "/data", "tmpCreate": true}],
            "init": [{"name": "i", "properties": {"image": "i:1"}, "traits": {
                "storage": [{"type": "ephemeral", "name": "data", "mountPath": "/in"}]}}]}}]}));
    let set = "StatefulSet/db";
    assert_eq!(
        app.container(set, "i")["volumeMounts"],
        json!([{"name": "pvc-data-pd4", "mountPath": "/in"}])
    );
    assert_eq!(
        app.at(set, "/spec/volumeClaimTemplates/0/metadata/name"),
        "pvc-data-pd4"
    );
    assert!(app.pod(set)["volumes"].is_null());
}

#[test]
fn an_existing_claim_is_used_and_not_made() {
    let app = rendered(&web(json!({"storage": [
        {"type": "persistent", "name": "data", "claimName": "archive", "mountPath": "/data"}]})));
    assert_eq!(
        app.volume(WEB, "data")["persistentVolumeClaim"]["claimName"],
        "archive"
    );
    assert!(
        !app.names()
            .iter()
            .any(|key| key.starts_with("PersistentVolumeClaim"))
    );
}

#[test]
fn jobs_end_and_cron_jobs_make_jobs() {
    let policies = json!({"backoffLimit": 2, "activeDeadline": "10m", "ttlAfterFinished": "1h", "restartPolicy": "OnFailure"});
    let app = rendered(&json!({"id": "pd5", "name": "shop", "components": [
        {"name": "once", "type": "job", "image": "j:1"},
        {"name": "nightly", "type": "cronjob", "image": "j:1", "properties": {"schedule": "0 3 * * *"}, "policies": policies}]}));
    assert_eq!(app.pod("Job/once")["restartPolicy"], "Never");
    let job = app.at("CronJob/nightly", "/spec/jobTemplate/spec");
    assert_eq!(job["backoffLimit"], 2);
    assert_eq!(job["activeDeadlineSeconds"], 600);
    assert_eq!(job["ttlSecondsAfterFinished"], 3600);
    assert_eq!(app.pod("CronJob/nightly")["restartPolicy"], "OnFailure");
    assert_eq!(app.at("CronJob/nightly", "/spec/schedule"), "0 3 * * *");
}

#[test]
fn the_platform_names_gpus_and_its_installation() {
    let facts = ClusterFacts {
        gpu: GpuNames {
            count: "example.com/gpu".into(),
            memory: "example.com/gpu-mem".into(),
            ..GpuNames::default()
        },
        installation: "blue".into(),
        ..ClusterFacts::default()
    };
    let app = rendered_with(&web(json!({"resources": {"gpu": "8Gi"}})), &facts);
    assert_eq!(
        app.container(WEB, "web")["resources"]["limits"],
        json!({"example.com/gpu-mem": "8192"})
    );
    for metadata in ["/metadata", "/spec/template/metadata"] {
        assert_eq!(
            app.at(WEB, metadata)["labels"]["kubemin.io/installation"],
            "blue"
        );
    }
}

#[test]
fn a_profile_that_is_not_here_is_said() {
    let mut document = web(json!({}));
    document["components"][0]["profile"] = json!("public");
    let warnings = rendered(&document).0.warnings;
    assert_eq!(warnings[0].path, "components[0].profile");
}
