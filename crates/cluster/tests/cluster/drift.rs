//! What people take away from objects by hand, and what documents do not want any more.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Service;
use kube::api::{Api, Patch, PatchParams};
use kubemin_objects::{Kind, Object};
use kubemin_ports::Cluster;
use serde_json::{Value, json};

use crate::testbed::{Bed, in_namespace};

async fn drift(bed: &Bed, object: &Object) -> Vec<(String, Value, Value)> {
    let live = bed.live(&object.key).await.unwrap();
    bed.cluster.drift(object, &live)
}

fn paths(drift: &[(String, Value, Value)]) -> Vec<&str> {
    let mut paths: Vec<&str> = drift.iter().map(|(path, ..)| path.as_str()).collect();
    paths.sort_unstable();
    paths
}

fn web(bed: &Bed, env: Value) -> Object {
    let container = json!({
        "image": "nginx:1.21", "env": env,
        "ports": [{"containerPort": 80}, {"containerPort": 8080}],
    });
    let mut object = bed.workload(Kind::Deployment, "web", container, json!({"replicas": 0}));
    object.body["metadata"]["labels"]["tier"] = "front".into();
    object
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_removed_is_seen_and_put_back() {
    in_namespace("taken", |bed| async move {
        let wanted = web(
            &bed,
            json!([{"name": "LEVEL", "value": "info"}, {"name": "MODE", "value": "fast"}]),
        );
        bed.apply(&wanted).await;
        let service = json!({"spec": {
            "selector": bed.pod_labels("web"),
            "ports": [{"name": "http", "port": 80}, {"name": "admin", "port": 8080}]}});
        let service = bed.object(Kind::Service, "web", service);
        bed.apply(&service).await;
        assert_eq!(drift(&bed, &wanted).await, []);
        // As `kubectl edit` does it.
        let taken = json!({
            "metadata": {"labels": {"tier": null}},
            "spec": {"template": {"spec": {"containers": [{
                "name": "web",
                "env": [{"name": "MODE", "$patch": "delete"}],
                "ports": [{"containerPort": 8080, "$patch": "delete"}]}]}}}});
        let deployments: Api<Deployment> = Api::namespaced(bed.client.clone(), &bed.namespace);
        let params = PatchParams::default();
        deployments
            .patch("web", &params, &Patch::Strategic(taken))
            .await
            .unwrap();
        let port = json!({"spec": {"ports": [{"port": 8080, "$patch": "delete"}]}});
        let services: Api<Service> = Api::namespaced(bed.client.clone(), &bed.namespace);
        services
            .patch("web", &params, &Patch::Strategic(port))
            .await
            .unwrap();
        let found = drift(&bed, &wanted).await;
        assert_eq!(
            paths(&found),
            [
                "metadata.labels.tier",
                "spec.template.spec.containers[web].env[MODE]",
                "spec.template.spec.containers[web].ports[8080/TCP]",
            ]
        );
        assert!(found.iter().all(|(_, _, found)| found.is_null()));
        assert_eq!(
            paths(&drift(&bed, &service).await),
            ["spec.ports[8080/TCP]"]
        );
        for object in [&wanted, &service] {
            assert!(bed.apply(object).await.changed);
            assert_eq!(drift(&bed, object).await, []);
            assert!(!bed.apply(object).await.changed);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_document_wants_no_more_is_named_before_it_goes() {
    in_namespace("unwanted", |bed| async move {
        let before = web(
            &bed,
            json!([{"name": "LEVEL", "value": "info"}, {"name": "MODE", "value": "fast"}]),
        );
        bed.apply(&before).await;
        let deployments: Api<Deployment> = Api::namespaced(bed.client.clone(), &bed.namespace);
        let by_hand = json!({"metadata": {"labels": {"team": "ours"}}});
        deployments
            .patch("web", &PatchParams::default(), &Patch::Merge(&by_hand))
            .await
            .unwrap();
        let mut after = web(&bed, json!([{"name": "LEVEL", "value": "info"}]));
        after.body["metadata"]["labels"]
            .as_object_mut()
            .unwrap()
            .remove("tier");
        let found = drift(&bed, &after).await;
        assert_eq!(
            paths(&found),
            [
                "metadata.labels.tier",
                "spec.template.spec.containers[web].env[MODE]"
            ]
        );
        assert!(found.iter().all(|(_, wanted, _)| wanted.is_null()));
        bed.apply(&after).await;
        assert_eq!(drift(&bed, &after).await, []);
        let live = bed.live(&after.key).await.unwrap();
        assert_eq!(live.body["metadata"]["labels"]["team"], "ours");
        assert_eq!(live.body["metadata"]["labels"].get("tier"), None);
    })
    .await;
}
