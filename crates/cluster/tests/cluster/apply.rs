//! Writing: what is sent, what is not, and what the API server's refusals become.

use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, ResourceQuota};
use kube::api::{Api, Patch, PatchParams, PostParams};
use kubemin_objects::{Kind, ObjectKey, labels};
use kubemin_ports::{ApplyOptions, Cluster, ClusterError};
use serde_json::{Value, json};

use crate::testbed::{Bed, in_namespace};

fn reason<T: std::fmt::Debug>(result: Result<T, ClusterError>) -> String {
    match result.unwrap_err() {
        ClusterError::Refused { reason, .. } => reason,
        other => other.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hand_made_change_is_seen_and_mended() {
    in_namespace("drift", |bed| async move {
        let wanted = bed.object(
            Kind::ConfigMap,
            "conf",
            json!({"data": {"a": "1", "b": "2"}}),
        );
        bed.apply(&wanted).await;
        let maps: Api<ConfigMap> = Api::namespaced(bed.client.clone(), &bed.namespace);
        let by_hand = json!({"data": {"a": "changed", "extra": "kept"}});
        maps.patch("conf", &PatchParams::default(), &Patch::Merge(&by_hand))
            .await
            .unwrap();
        let live = bed.live(&wanted.key).await.unwrap();
        assert_eq!(
            bed.cluster.drift(&wanted, &live),
            [("data.a".to_owned(), "1".into(), "changed".into())]
        );
        assert!(bed.apply(&wanted).await.changed);
        let live = bed.live(&wanted.key).await.unwrap();
        assert_eq!(
            live.body["data"],
            json!({"a": "1", "b": "2", "extra": "kept"})
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_field_that_is_no_longer_declared_is_removed() {
    in_namespace("removed", |bed| async move {
        for (kind, one) in [(Kind::ConfigMap, "1"), (Kind::Secret, "MQ==")] {
            let both = bed.object(kind, "conf", json!({"data": {"a": one, "b": one}}));
            bed.apply(&both).await;
            let fewer = bed.object(kind, "conf", json!({"data": {"a": one}}));
            let live = bed.live(&fewer.key).await.unwrap();
            assert!(bed.cluster.differs(&fewer, &live), "{kind}");
            let drift = bed.cluster.drift(&fewer, &live);
            let paths: Vec<&str> = drift.iter().map(|(path, ..)| path.as_str()).collect();
            assert_eq!(paths, ["data.b"], "{kind}");
            bed.apply(&fewer).await;
            assert_eq!(
                bed.live(&fewer.key).await.unwrap().body["data"],
                json!({"a": one}),
                "{kind}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_asks_and_changes_nothing() {
    in_namespace("dry", |bed| async move {
        let options = ApplyOptions { dry_run: true };
        let good = bed.object(Kind::ConfigMap, "conf", json!({"data": {"a": "1"}}));
        assert!(
            bed.cluster
                .apply(&good, None, options)
                .await
                .unwrap()
                .changed
        );
        assert_eq!(bed.live(&good.key).await, None);
        let bad = bed.object(Kind::ConfigMap, "conf", json!({"data": {"not/a/key": "1"}}));
        assert_eq!(
            reason(bed.cluster.apply(&bad, None, options).await),
            "Invalid"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_have_their_reason() {
    in_namespace("refused", |bed| async move {
        let options = ApplyOptions::default();
        let mut elsewhere = bed.object(Kind::ConfigMap, "conf", json!({}));
        elsewhere.key.namespace = Some("kmc-no-such-namespace".into());
        elsewhere.body["metadata"]["namespace"] = "kmc-no-such-namespace".into();
        assert_eq!(
            reason(bed.cluster.apply(&elsewhere, None, options).await),
            "NamespaceMissing"
        );

        let route = bed.object(Kind::HTTPRoute, "route", json!({"spec": {}}));
        if !bed.cluster.serves(Kind::HTTPRoute).await.unwrap() {
            assert_eq!(
                reason(bed.cluster.apply(&route, None, options).await),
                "KindNotServed"
            );
        }

        limit_config_maps(&bed).await;
        let map = bed.object(Kind::ConfigMap, "conf", json!({}));
        assert_eq!(
            reason(bed.cluster.apply(&map, None, options).await),
            "QuotaExceeded"
        );

        let secret = bed.object(
            Kind::Secret,
            "s",
            json!({"type": "kubernetes.io/tls", "data": {"tls.crt": "Y2FuYXJ5"}}),
        );
        let fault = bed.cluster.apply(&secret, None, options).await.unwrap_err();
        assert!(
            matches!(&fault, ClusterError::Refused { reason, .. } if reason == "Invalid"),
            "{fault}"
        );
        assert!(
            !fault.to_string().contains("Y2FuYXJ5") && !fault.to_string().contains("canary"),
            "{fault}"
        );
    })
    .await;
}

async fn limit_config_maps(bed: &Bed) {
    let quotas: Api<ResourceQuota> = Api::namespaced(bed.client.clone(), &bed.namespace);
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"configmaps": "0"}}});
    quotas
        .create(
            &PostParams::default(),
            &serde_json::from_value(quota).unwrap(),
        )
        .await
        .unwrap();
    let begun = std::time::Instant::now();
    while quotas
        .get("q")
        .await
        .unwrap()
        .status
        .and_then(|status| status.hard)
        .is_none_or(|hard| hard.is_empty())
    {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "waited 30 s in vain for the quota to be counted"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_incarnation_that_was_meant_is_deleted() {
    in_namespace("delete", |bed| async move {
        let map = bed.object(Kind::ConfigMap, "conf", json!({}));
        let applied = bed.apply(&map).await;
        assert_eq!(
            bed.cluster
                .delete(&map.key, "11111111-0000-0000-0000-000000000000")
                .await,
            Ok(false)
        );
        assert!(bed.live(&map.key).await.is_some());
        assert_eq!(bed.cluster.delete(&map.key, &applied.uid).await, Ok(true));
        assert_eq!(
            bed.cluster
                .wait_gone(&map.key, Duration::from_secs(5))
                .await,
            Ok(true)
        );
        assert_eq!(bed.cluster.delete(&map.key, "").await, Ok(false));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_is_going_away_is_not_taken_for_a_written_one() {
    in_namespace("going", |bed| async move {
        let mut map = bed.object(Kind::ConfigMap, "conf", json!({}));
        map.body["metadata"]["finalizers"] = json!(["kubemin.io/test"]);
        bed.apply(&map).await;
        bed.cluster.delete(&map.key, "").await.unwrap();
        assert_eq!(
            bed.cluster
                .wait_gone(&map.key, Duration::from_millis(300))
                .await,
            Ok(false)
        );
        let live = bed.live(&map.key).await;
        assert!(live.as_ref().is_some_and(|live| live.observed.deleting));
        let again = bed
            .cluster
            .apply(&map, live.as_ref(), ApplyOptions::default())
            .await;
        assert!(
            matches!(again, Err(ClusterError::Conflict { .. })),
            "{again:?}"
        );
        let maps: Api<ConfigMap> = Api::namespaced(bed.client.clone(), &bed.namespace);
        let free = json!({"metadata": {"finalizers": null}});
        maps.patch("conf", &PatchParams::default(), &Patch::Merge(&free))
            .await
            .unwrap();
        assert_eq!(
            bed.cluster
                .wait_gone(&map.key, Duration::from_secs(5))
                .await,
            Ok(true)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_keeps_the_order_and_leaves_out_what_nobody_needs() {
    in_namespace("read", |bed| async move {
        let names: Vec<String> = (0..40).map(|number| format!("map-{number}")).collect();
        for name in names.iter().step_by(2) {
            bed.apply(&bed.object(Kind::ConfigMap, name, json!({"data": {"name": name}})))
                .await;
        }
        let keys: Vec<ObjectKey> = names
            .iter()
            .map(|name| bed.key(Kind::ConfigMap, name))
            .collect();
        let found = bed.cluster.read(&keys).await.unwrap();
        for (number, (name, live)) in names.iter().zip(&found).enumerate() {
            assert_eq!(live.is_some(), number % 2 == 0, "{name}");
            let Some(live) = live else { continue };
            assert_eq!(live.body["data"]["name"], Value::from(name.as_str()));
            assert_eq!(live.body["metadata"].get("managedFields"), None);
            assert_eq!(live.observed.labels[labels::APP_ID], bed.app_id);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_are_found_by_their_application() {
    in_namespace("claims", |bed| async move {
        let spec = json!({"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}});
        bed.apply(&bed.object(Kind::PersistentVolumeClaim, "ours", spec.clone())).await;
        let mut foreign = bed.object(Kind::PersistentVolumeClaim, "theirs", spec);
        foreign.body["metadata"]["labels"]["kube-min-cli-appId"] = "other".into();
        bed.apply(&foreign).await;
        let claims = bed.cluster.claims_of(&bed.namespace, &bed.app_id).await.unwrap();
        let names: Vec<&str> = claims.iter().map(|claim| claim.key.name.as_str()).collect();
        assert_eq!(names, ["ours"]);
    })
    .await;
}
