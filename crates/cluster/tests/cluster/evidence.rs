//! What explains a workload that is not ready.

use k8s_openapi::api::core::v1::ResourceQuota;
use kube::api::{Api, PostParams};
use kubemin_objects::{Kind, Object, PodState};
use kubemin_ports::Cluster;
use kubemin_workflow::diagnosis::{Evidence, NodeRoom};
use serde_json::json;

use crate::testbed::{Bed, PATIENCE, in_namespace, until};

fn shell(script: &str) -> serde_json::Value {
    json!({"image": "busybox:1.36", "command": ["sh", "-c", script]})
}

fn pods_of(bed: &Bed, object: &Object) -> Vec<PodState> {
    bed.cluster
        .pods(&bed.namespace, &bed.app_id, &object.component)
}

/// Evidence as soon as it shows what is looked for.
async fn evidence<T>(
    bed: &Bed,
    object: &Object,
    what: &str,
    look: impl Fn(&Evidence) -> Option<T>,
) -> T {
    let begun = std::time::Instant::now();
    loop {
        let pods = pods_of(bed, object);
        let with_nodes = pods.iter().any(|pod| pod.unscheduled.is_some());
        let asked = std::time::Instant::now();
        let evidence = bed
            .cluster
            .evidence(&object.key, &pods, with_nodes)
            .await
            .unwrap();
        assert!(
            asked.elapsed().as_secs() < 4,
            "evidence took {:?}",
            asked.elapsed()
        );
        if let Some(found) = look(&evidence) {
            return found;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "waited {PATIENCE:?} in vain for: {what}; last {evidence:?}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_shows_its_last_words() {
    in_namespace("crash", |bed| async move {
        let script = "for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $n; done; exit 3";
        let web = bed.workload(Kind::Deployment, "web", shell(script), json!({}));
        bed.apply(&web).await;
        let crashed = || {
            pods_of(&bed, &web)
                .into_iter()
                .find(|pod| pod.containers[0].restarts >= 1)
        };
        let pod = until("the second crash", crashed).await;
        let lines = evidence(&bed, &web, "the log of the crash", |evidence| {
            let tail = evidence
                .logs
                .first()
                .filter(|tail| tail.lines.len() == 10)?;
            assert_eq!(
                (tail.pod.as_str(), tail.container.as_str()),
                (pod.name.as_str(), "web")
            );
            Some(tail.lines.clone())
        });
        assert_eq!(lines.await.last().map(String::as_str), Some("line 12"));
        evidence(&bed, &web, "the event of the back-off", |evidence| {
            evidence
                .events
                .iter()
                .any(|event| event.name == pod.name && event.reason == "BackOff" && event.warning)
                .then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_by_quota_is_among_the_events_until_it_is_over() {
    in_namespace("quota", |bed| async move {
        let quotas: Api<ResourceQuota> = Api::namespaced(bed.client.clone(), &bed.namespace);
        let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "0"}}});
        quotas.create(&PostParams::default(), &serde_json::from_value(quota).unwrap()).await.unwrap();
        let web = bed.workload(Kind::Deployment, "web", json!({"image": "nginx:1.27"}), json!({}));
        bed.apply(&web).await;
        let refused = |evidence: &Evidence| {
            let events = evidence.events.iter();
            events.filter(|event| event.reason == "FailedCreate" && event.kind == "ReplicaSet").map(|event| event.message.clone()).next()
        };
        let message = evidence(&bed, &web, "the refusal", refused).await;
        assert!(message.contains("exceeded quota"), "{message}");
        quotas.delete("q", &Default::default()).await.unwrap();
        evidence(&bed, &web, "the refusal to be over", |evidence| refused(evidence).is_none().then_some(())).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_tell_whether_they_and_their_class_exist() {
    in_namespace("pvc", |bed| async move {
        let volumes = json!([
            {"name": "a", "persistentVolumeClaim": {"claimName": "absent"}},
            {"name": "b", "persistentVolumeClaim": {"claimName": "no-class"}},
            {"name": "c", "persistentVolumeClaim": {"claimName": "waits"}}]);
        let mut web = bed.workload(Kind::Deployment, "web", json!({"image": "nginx:1.27"}), json!({}));
        web.body["spec"]["template"]["spec"]["volumes"] = volumes;
        let claim = |name: &str, class: Option<&str>| {
            let spec = json!({"accessModes": ["ReadWriteOnce"], "storageClassName": class, "resources": {"requests": {"storage": "1Mi"}}});
            bed.object(Kind::PersistentVolumeClaim, name, json!({ "spec": spec }))
        };
        bed.apply(&claim("no-class", Some("does-not-exist"))).await;
        bed.apply(&claim("waits", None)).await;
        bed.apply(&web).await;
        let claims = evidence(&bed, &web, "three claims", |evidence| (evidence.claims.len() == 3).then(|| evidence.claims.clone())).await;
        let seen: Vec<_> = claims.iter().map(|c| (c.name.as_str(), c.exists, c.class_exists, c.waits_for_consumer)).collect();
        assert_eq!(seen, [("absent", false, true, false), ("no-class", true, false, false), ("waits", true, true, true)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pod_that_fits_nowhere_shows_the_nodes() {
    in_namespace("room", |bed| async move {
        let container = json!({"image": "nginx:1.27", "resources": {"requests": {"cpu": "500"}}});
        let web = bed.workload(Kind::Deployment, "web", container, json!({}));
        bed.apply(&web).await;
        let unscheduled = || {
            pods_of(&bed, &web)
                .into_iter()
                .find_map(|pod| pod.unscheduled)
        };
        let (reason, message) = until("the scheduler's word", unscheduled).await;
        assert!(
            reason == "Unschedulable" && message.contains("cpu"),
            "{reason} {message}"
        );
        let nodes: Vec<NodeRoom> = evidence(&bed, &web, "nodes", |evidence| {
            (!evidence.nodes.is_empty()).then(|| evidence.nodes.clone())
        })
        .await;
        assert!(nodes.iter().any(|node| node.usable));
        assert!(
            nodes
                .iter()
                .all(|node| node.allocatable["cpu"] >= 1_000 && node.allocatable["memory"] > 0)
        );
        assert!(
            nodes.iter().all(|node| node.allocatable["cpu"] < 500_000),
            "{nodes:?}"
        );
        assert!(nodes.iter().any(|node| {
            node.requested
                .get("pods")
                .is_some_and(|pods| *pods >= 1_000)
        }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_an_application_are_in_order_and_its_own() {
    in_namespace("events", |bed| async move {
        let web = bed.workload(
            Kind::Deployment,
            "web",
            json!({"image": "nginx:1.27"}),
            json!({}),
        );
        let mut other = bed.workload(
            Kind::Deployment,
            "web-other",
            json!({"image": "nginx:1.27"}),
            json!({}),
        );
        for place in [
            "/metadata/labels/kube-min-cli-appId",
            "/spec/selector/matchLabels/kube-min-cli-appId",
            "/spec/template/metadata/labels/kube-min-cli-appId",
        ] {
            *other.body.pointer_mut(place).unwrap() = "somebody-else".into();
        }
        bed.apply(&web).await;
        bed.apply(&other).await;
        let is_ready = |app: &str, object: &Object| {
            let states = bed.cluster.workloads(app).into_iter();
            states
                .filter(|(key, state)| *key == object.key && state.ready == 1)
                .count()
                == 1
        };
        until("both to be ready", || {
            (is_ready(&bed.app_id, &web) && is_ready("somebody-else", &other)).then_some(())
        })
        .await;
        let events = bed
            .cluster
            .events(&bed.namespace, &bed.app_id)
            .await
            .unwrap();
        assert!(events.is_sorted_by_key(|event| event.last_ms));
        for (kind, reason) in [
            ("Deployment", "ScalingReplicaSet"),
            ("ReplicaSet", "SuccessfulCreate"),
            ("Pod", "Started"),
        ] {
            assert!(
                events
                    .iter()
                    .any(|event| event.kind == kind && event.reason == reason),
                "{kind} {reason} in {events:?}"
            );
        }
        assert!(
            events
                .iter()
                .all(|event| !event.name.starts_with("web-other")),
            "{events:?}"
        );
    })
    .await;
}
