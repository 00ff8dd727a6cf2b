//! Log lines of several pods.

use std::collections::BTreeSet;

use futures::StreamExt;
use kubemin_objects::{Kind, Object};
use kubemin_ports::{Cluster, ClusterError, LogLine, LogRequest};
use serde_json::json;
use tokio::time::timeout;

use crate::testbed::{Bed, PATIENCE, in_namespace, until};

fn speaker(bed: &Bed, name: &str, replicas: u32, script: &str) -> Object {
    let container = json!({"image": "busybox:1.36", "command": ["sh", "-c", script]});
    bed.workload(
        Kind::Deployment,
        name,
        container,
        json!({"replicas": replicas}),
    )
}

fn request(bed: &Bed) -> LogRequest {
    LogRequest {
        namespace: bed.namespace.clone(),
        app_id: bed.app_id.clone(),
        ..LogRequest::default()
    }
}

async fn all(bed: &Bed, request: LogRequest) -> Vec<LogLine> {
    let lines = bed.cluster.logs(request).await.unwrap();
    let lines = timeout(PATIENCE, lines.collect::<Vec<_>>())
        .await
        .expect("the end of the logs");
    lines.into_iter().map(Result::unwrap).collect()
}

async fn ready(bed: &Bed, object: &Object) {
    let wanted = object.body["spec"]["replicas"].as_i64().unwrap();
    let look = || {
        bed.cluster
            .workload(&object.key)
            .filter(|state| i64::from(state.ready) == wanted)
    };
    until("ready pods", look).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_carry_their_pod_and_container() {
    in_namespace("logs", |bed| async move {
        let web = speaker(&bed, "web", 2, "echo one; echo two; sleep 1000");
        let db = speaker(&bed, "db", 1, "echo three; sleep 1000");
        bed.apply(&web).await;
        bed.apply(&db).await;
        ready(&bed, &web).await;
        ready(&bed, &db).await;
        let lines = all(&bed, request(&bed)).await;
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(
            texts.iter().filter(|text| **text == "two").count(),
            2,
            "{lines:?}"
        );
        assert!(
            lines
                .iter()
                .all(|line| line.pod.starts_with(&format!("{}-", line.container)))
        );
        let tail = LogRequest {
            component: Some("web".into()),
            tail: Some(1),
            ..request(&bed)
        };
        let texts: Vec<String> = all(&bed, tail)
            .await
            .into_iter()
            .map(|line| line.text)
            .collect();
        assert_eq!(texts, ["two", "two"]);
        assert_eq!(
            all(
                &bed,
                LogRequest {
                    container: Some("none".into()),
                    ..request(&bed)
                }
            )
            .await,
            []
        );
        let hostile = LogRequest {
            app_id: "a,b in (c)".into(),
            ..request(&bed)
        };
        assert!(matches!(
            bed.cluster.logs(hostile).await,
            Err(ClusterError::Refused { .. })
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_run_before_the_last_restart_can_be_read() {
    in_namespace("previous", |bed| async move {
        let script = "echo run; sleep 1; exit 1";
        let web = speaker(&bed, "web", 1, script);
        bed.apply(&web).await;
        let restarted = || {
            bed.cluster
                .pods(&bed.namespace, &bed.app_id, "web")
                .iter()
                .any(|pod| pod.containers[0].last_terminated.is_some())
                .then_some(())
        };
        until("a restart", restarted).await;
        let lines = all(
            &bed,
            LogRequest {
                previous: true,
                ..request(&bed)
            },
        )
        .await;
        assert_eq!(
            lines
                .iter()
                .map(|line| line.text.as_str())
                .collect::<Vec<_>>(),
            ["run"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn following_picks_up_pods_and_restarts_that_come_later() {
    in_namespace("follow", |bed| async move {
        let script =
            "echo begin; n=0; while [ $n -lt 20 ]; do n=$((n+1)); sleep 0.2; done; echo end";
        let mut web = speaker(&bed, "web", 1, script);
        bed.apply(&web).await;
        ready(&bed, &web).await;
        let mut lines = bed
            .cluster
            .logs(LogRequest {
                follow: true,
                ..request(&bed)
            })
            .await
            .unwrap();
        let first = next(&mut lines).await;
        assert_eq!(first.text, "begin");
        web.body["spec"]["replicas"] = 2.into();
        bed.apply(&web).await;
        let mut seen = vec![first];
        let done = |seen: &[LogLine]| {
            let pods: BTreeSet<&str> = seen.iter().map(|line| line.pod.as_str()).collect();
            let begins = |pod: &&str| {
                seen.iter()
                    .filter(|line| line.pod == *pod && line.text == "begin")
                    .count()
            };
            pods.len() == 2 && pods.iter().map(begins).max() == Some(2)
        };
        while !done(&seen) {
            seen.push(next(&mut lines).await);
        }
        for pod in seen.iter().map(|line| &line.pod).collect::<BTreeSet<_>>() {
            let texts: Vec<&str> = seen
                .iter()
                .filter(|line| line.pod == *pod)
                .map(|line| line.text.as_str())
                .collect();
            let expected = ["begin", "end", "begin", "end", "begin"];
            assert_eq!(
                texts,
                expected[..texts.len()],
                "{pod}: no line twice, none lost"
            );
        }
    })
    .await;
}

async fn next(
    lines: &mut (impl StreamExt<Item = Result<LogLine, ClusterError>> + Unpin),
) -> LogLine {
    timeout(PATIENCE, lines.next())
        .await
        .expect("a line")
        .expect("no end")
        .unwrap()
}
