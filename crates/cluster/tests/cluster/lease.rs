//! Elections on a real API server.

use std::time::{Duration, Instant};

use kube::api::{Api, DeleteParams, Patch, PatchParams};
use kubemin_cluster::{KubeCluster, LeaseElection, LeaseOptions};
use kubemin_ports::Election;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::testbed::{Bed, PATIENCE, in_namespace, options, until};

const DURATION: Duration = Duration::from_secs(3);
const RETRY: Duration = Duration::from_millis(300);

fn lease(bed: &Bed, id: &str) -> LeaseOptions {
    LeaseOptions {
        namespace: bed.namespace.clone(),
        name: "kubemin".into(),
        id: id.into(),
        duration: DURATION,
        renew_deadline: Duration::from_secs(2),
        retry_period: RETRY,
    }
}

fn replica(bed: &Bed, id: &str) -> LeaseElection {
    bed.cluster.elect(lease(bed, id)).unwrap()
}

fn leaders<'a>(all: impl IntoIterator<Item = &'a LeaseElection>) -> Vec<String> {
    all.into_iter()
        .filter(|part| part.leads())
        .map(|part| part.leadership().borrow().leader.clone())
        .collect()
}

#[tokio::test]
async fn one_of_three_leads_and_everybody_knows_who() {
    in_namespace("lease-one", |bed| async move {
        let all = ["a", "b", "c"].map(|id| replica(&bed, id));
        let leader = until("one to lead and all to know it", || {
            let known: Vec<String> = all
                .iter()
                .map(|part| part.leadership().borrow().leader.clone())
                .collect();
            let agreed = !known[0].is_empty() && known.iter().all(|id| *id == known[0]);
            agreed.then(|| known[0].clone())
        })
        .await;
        assert_eq!(leaders(&all), [leader]);
    })
    .await;
}

#[tokio::test]
async fn a_leader_that_resigns_is_followed_at_the_next_look() {
    in_namespace("lease-resign", |bed| async move {
        let first = replica(&bed, "a");
        until("a to lead", || first.leads().then_some(())).await;
        let second = replica(&bed, "b");
        until("b to know", || {
            (second.leadership().borrow().leader == "a").then_some(())
        })
        .await;
        first.resign().await;
        assert!(!first.leads());
        let given = Instant::now();
        until("b to lead", || second.leads().then_some(())).await;
        assert!(given.elapsed() < DURATION, "took {:?}", given.elapsed());
        assert_eq!(second.leadership().borrow().transitions, 1, "from a to b");
    })
    .await;
}

#[test]
fn a_leader_that_dies_is_followed_when_its_time_is_over() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(in_namespace("lease-die", |bed| async move {
        // A runtime of its own that ends at once: nothing is given back.
        let doomed = tokio::task::spawn_blocking(|| Runtime::new().unwrap())
            .await
            .unwrap();
        let part = {
            let lease = lease(&bed, "a");
            doomed.spawn(async move {
                KubeCluster::connect(options())
                    .await
                    .unwrap()
                    .elect(lease)
                    .unwrap()
            })
        };
        let first = part.await.unwrap();
        until("a to lead", || first.leads().then_some(())).await;
        let second = replica(&bed, "b");
        until("b to know", || {
            (second.leadership().borrow().leader == "a").then_some(())
        })
        .await;
        doomed.shutdown_background();
        let died = Instant::now();
        until("b to lead", || {
            assert!(!(first.leads() && second.leads()), "two lead");
            second.leads().then_some(())
        })
        .await;
        assert!(
            died.elapsed() < DURATION + Duration::from_secs(2),
            "took {:?}",
            died.elapsed()
        );
    }));
}

#[tokio::test]
async fn a_lease_that_somebody_deletes_is_made_again() {
    in_namespace("lease-delete", |bed| async move {
        let all = ["a", "b"].map(|id| replica(&bed, id));
        until("one to lead", || (leaders(&all).len() == 1).then_some(())).await;
        let leases: Api<k8s_openapi::api::coordination::v1::Lease> =
            Api::namespaced(bed.client.clone(), &bed.namespace);
        leases
            .delete("kubemin", &DeleteParams::default())
            .await
            .unwrap();
        let begun = Instant::now();
        while leases.get_opt("kubemin").await.unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "the Lease was not made again");
        }
        until("one to lead", || (leaders(&all).len() == 1).then_some(())).await;
    })
    .await;
}

#[tokio::test]
async fn a_leader_steps_down_for_whoever_the_lease_names() {
    in_namespace("lease-steal", |bed| async move {
        let part = replica(&bed, "a");
        until("a to lead", || part.leads().then_some(())).await;
        let leases: Api<k8s_openapi::api::coordination::v1::Lease> =
            Api::namespaced(bed.client.clone(), &bed.namespace);
        let other = json!({"spec": {"holderIdentity": "somebody-else"}});
        leases
            .patch("kubemin", &PatchParams::default(), &Patch::Merge(other))
            .await
            .unwrap();
        until("a to follow", || {
            (part.leadership().borrow().leader == "somebody-else" && !part.leads()).then_some(())
        })
        .await;
        until("a to lead again when the other stays silent", || {
            part.leads().then_some(())
        })
        .await;
    })
    .await;
}
