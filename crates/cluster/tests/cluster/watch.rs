//! Watching: what arrives, how soon, and what is forgotten.

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Api, Patch, PatchParams};
use kubemin_cluster::{KubeCluster, Options};
use kubemin_objects::{Kind, labels};
use kubemin_ports::{Change, Cluster};
use serde_json::json;

use crate::testbed::{Bed, in_namespace, options, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deployment_is_followed_from_its_first_pod_to_its_end() {
    in_namespace("watch", |bed| async move {
        until("the first listings", || bed.cluster.synced().then_some(())).await;
        let web = bed.workload(
            Kind::Deployment,
            "web",
            json!({"image": "nginx:1.27"}),
            json!({"replicas": 2}),
        );
        let mut changes = bed.cluster.changes();
        let applied = bed.apply(&web).await;
        let own = Change {
            app_id: bed.app_id.clone(),
            component: "web".into(),
        };
        let announced = async { while changes.recv().await.unwrap() != own {} };
        tokio::time::timeout(Duration::from_secs(5), announced)
            .await
            .expect("the change to be announced");

        let ready = || {
            bed.cluster
                .workload(&web.key)
                .filter(|state| state.available == 2)
        };
        let state = until("two available pods", ready).await;
        assert_eq!(
            (state.uid, state.observed_generation),
            (applied.uid, applied.generation)
        );
        let pods = bed.cluster.pods(&bed.namespace, &bed.app_id, "web");
        assert_eq!(pods.len(), 2);
        for pod in &pods {
            assert!(
                pod.ready
                    && pod.owner.starts_with("web-")
                    && !pod.revision.is_empty()
                    && !pod.node.is_empty()
            );
            assert!(pod.containers[0].running && pod.containers[0].image == "nginx:1.27");
        }
        assert_eq!(bed.cluster.workloads(&bed.app_id).len(), 1);

        bed.cluster
            .delete_pod(&bed.namespace, &pods[0].name, &pods[0].uid)
            .await
            .unwrap();
        let gone = || {
            bed.cluster
                .pods(&bed.namespace, &bed.app_id, "web")
                .iter()
                .all(|pod| pod.uid != pods[0].uid)
                .then_some(())
        };
        until("the deleted pod to be forgotten", gone).await;

        bed.cluster.delete(&web.key, "").await.unwrap();
        until("the workload to be forgotten", || {
            bed.cluster.workload(&web.key).is_none().then_some(())
        })
        .await;
        let empty = || {
            bed.cluster
                .pods(&bed.namespace, &bed.app_id, "web")
                .is_empty()
                .then_some(())
        };
        until("its pods to be forgotten", empty).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stateful_set_and_a_job_are_understood() {
    in_namespace("kindred", |bed| async move {
        let db = bed.workload(
            Kind::StatefulSet,
            "db",
            json!({"image": "nginx:1.27"}),
            json!({"serviceName": "db"}),
        );
        bed.apply(&db).await;
        let mut job = bed.workload(
            Kind::Job,
            "once",
            json!({"image": "busybox:1.36", "command": ["true"]}),
            json!({"completions": 2}),
        );
        job.body["spec"].as_object_mut().unwrap().remove("selector");
        job.body["spec"]["template"]["spec"]["restartPolicy"] = "Never".into();
        bed.apply(&job).await;
        let settled = || {
            bed.cluster
                .workload(&db.key)
                .filter(|state| state.ready == 1 && state.revision_settled)
        };
        let state = until("the StatefulSet", settled).await;
        let pods = bed.cluster.pods(&bed.namespace, &bed.app_id, "db");
        assert_eq!(
            (
                pods[0].name.as_str(),
                pods[0].owner.as_str(),
                &pods[0].revision
            ),
            ("db-0", "db", &state.update_revision)
        );
        let complete = || {
            bed.cluster.workload(&job.key).filter(|state| {
                state
                    .conditions
                    .iter()
                    .any(|c| c.kind == "Complete" && c.is_true)
            })
        };
        assert_eq!(until("the Job", complete).await.ready, 2);
    })
    .await;
}

/// A label that goes away takes the object out of the watch; one that comes brings it in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_labelled_objects_of_the_installation_are_watched() {
    in_namespace("labels", |bed| async move {
        let mine = KubeCluster::connect(Options {
            installation: "blue".into(),
            ..options()
        })
        .await
        .unwrap();
        let web = bed.workload(
            Kind::Deployment,
            "web",
            json!({"image": "nginx:1.27"}),
            json!({"replicas": 0}),
        );
        bed.apply(&web).await;
        until("the watch of all", || bed.cluster.workload(&web.key)).await;
        until("the first listings", || mine.synced().then_some(())).await;
        assert_eq!(mine.workload(&web.key), None);
        label(&bed, json!("blue")).await;
        until("the watch of the installation", || mine.workload(&web.key)).await;
        label(&bed, json!(null)).await;
        until("its forgetting", || {
            mine.workload(&web.key).is_none().then_some(())
        })
        .await;
        assert!(bed.cluster.workload(&web.key).is_some());
    })
    .await;
}

async fn label(bed: &Bed, value: serde_json::Value) {
    let deployments: Api<Deployment> = Api::namespaced(bed.client.clone(), &bed.namespace);
    let patch = json!({"metadata": {"labels": {labels::INSTALLATION: value}}});
    deployments
        .patch("web", &PatchParams::default(), &Patch::Merge(&patch))
        .await
        .unwrap();
}
