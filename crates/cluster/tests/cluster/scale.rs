//! Cost of many watched workloads: `cargo test -p kubemin-cluster --test cluster -- --ignored --nocapture scale`.

use std::time::{Duration, Instant};

use futures::stream::{self, StreamExt};
use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Api, Patch, PatchParams};
use kubemin_cluster::KubeCluster;
use kubemin_objects::Kind;
use kubemin_ports::{ApplyOptions, Change, Cluster};
use serde_json::json;

use crate::testbed::{Bed, in_namespace, options, until};

const WORKLOADS: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "makes a thousand Deployments; a measurement, not a check of behaviour"]
async fn scale() {
    in_namespace("scale", |bed| async move {
        let make = |number: usize| {
            let name = format!("web-{number}");
            // Paused and without replicas: the controller makes nothing for it.
            let more = json!({"replicas": 0, "paused": true});
            bed.workload(
                Kind::Deployment,
                &name,
                json!({"image": "nginx:1.27"}),
                more,
            )
        };
        let begun = Instant::now();
        stream::iter(0..WORKLOADS)
            .map(make)
            .for_each_concurrent(16, |object| {
                let bed = &bed;
                async move {
                    bed.cluster
                        .apply(&object, None, ApplyOptions::default())
                        .await
                        .unwrap();
                }
            })
            .await;
        println!("{WORKLOADS} applied in {:?}", begun.elapsed());
        let before = rss_kib();
        let begun = Instant::now();
        let second = KubeCluster::connect(options()).await.unwrap();
        println!("connected in {:?}", begun.elapsed());
        until("the listing", || second.synced().then_some(())).await;
        println!(
            "listed {} in {:?}",
            second.workloads(&bed.app_id).len(),
            begun.elapsed()
        );
        println!(
            "RSS {before} KiB before, {} KiB with one more set of watches",
            rss_kib()
        );
        latency(&bed).await;
    })
    .await;
}

/// From the answer to a write until its change is announced, which includes the API server's own delay.
async fn latency(bed: &Bed) {
    let deployments: Api<Deployment> = Api::namespaced(bed.client.clone(), &bed.namespace);
    let mut changes = bed.cluster.changes();
    let mut delays = Vec::new();
    for number in 0..100 {
        let own = Change {
            app_id: bed.app_id.clone(),
            component: format!("web-{number}"),
        };
        let patch = json!({"spec": {"minReadySeconds": number + 1}});
        let name = &own.component;
        let begun = Instant::now();
        deployments
            .patch(name, &PatchParams::default(), &Patch::Merge(&patch))
            .await
            .unwrap();
        let answered = begun.elapsed();
        let announced = async { while changes.recv().await.unwrap() != own {} };
        tokio::time::timeout(Duration::from_secs(5), announced)
            .await
            .unwrap();
        delays.push(begun.elapsed() - answered);
    }
    delays.sort();
    println!(
        "change announced after the answer: median {:?}, p99 {:?}",
        delays[50], delays[98]
    );
}

fn rss_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
