//! Watches against a scripted API server: what a real one does only after hours.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kubemin_cluster::{KubeCluster, Options};
use kubemin_objects::{Kind, ObjectKey};
use kubemin_ports::Cluster;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

fn deployment(name: &str, version: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "ns", "uid": name, "resourceVersion": version, "generation": 1,
        "labels": {"kube-min-cli-appId": "app", "kube-min-cli-componentName": name}}, "spec": {"replicas": 1}, "status": {}})
}

fn listing(version: &str, items: &[Value], more: &str) -> Value {
    json!({"kind": "List", "metadata": {"resourceVersion": version, "continue": more}, "items": items})
}

/// Answers of the API server to requests about Deployments, in turn.
async fn answer(stream: TcpStream, requests: Arc<AtomicUsize>) {
    let mut reader = BufReader::new(stream);
    let mut target = String::new();
    reader.read_line(&mut target).await.unwrap();
    let mut header = String::new();
    while header != "\r\n" {
        header.clear();
        reader.read_line(&mut header).await.unwrap();
    }
    let mut stream = reader.into_inner();
    let watch = target.contains("watch=true");
    let (body, stay) = if !target.contains("/deployments") {
        if watch {
            (String::new(), true)
        } else {
            (listing("1", &[], "").to_string(), false)
        }
    } else {
        let turn = requests.fetch_add(1, Ordering::SeqCst);
        script(turn, &target)
    };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .await
        .unwrap();
    if stay {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

/// Two pages, a watch that ends, a watch from where that ended, which is told that its version is too old, a new
/// listing, a watch that stays and tells of a deletion.
fn script(turn: usize, target: &str) -> (String, bool) {
    let asks = |part: &str| assert!(target.contains(part), "request {turn} is {target}");
    let line =
        |kind: &str, object: Value| json!({"type": kind, "object": object}).to_string() + "\n";
    match turn {
        0 => {
            asks("labelSelector=kube-min-cli-appId");
            (
                listing("", &[deployment("a", "8")], "next").to_string(),
                false,
            )
        }
        1 => {
            asks("continue=next");
            (
                listing("10", &[deployment("b", "9")], "").to_string(),
                false,
            )
        }
        2 => {
            asks("resourceVersion=10");
            let bookmark = json!({"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"resourceVersion": "12"}});
            (
                line("ADDED", deployment("c", "11")) + &line("BOOKMARK", bookmark),
                false,
            )
        }
        3 => {
            asks("resourceVersion=12");
            let gone = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": 410, "reason": "Expired", "message": "too old"});
            (line("ERROR", gone), false)
        }
        4 => {
            assert!(
                !target.contains("watch=true") && !target.contains("continue"),
                "request {turn} is {target}"
            );
            (
                listing("20", &[deployment("c", "11"), deployment("d", "19")], "").to_string(),
                false,
            )
        }
        _ => {
            asks("resourceVersion=20");
            (line("DELETED", deployment("d", "21")), true)
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_goes_on_where_it_ended_and_lists_again_when_told_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let turns = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, Arc::clone(&turns)));
        }
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    let config = json!({"apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}], "users": [{"name": "u", "user": {}}]});
    std::fs::write(file.path(), config.to_string()).unwrap();
    let cluster = KubeCluster::connect(Options {
        kubeconfig: Some(file.path().to_owned()),
        ..Options::default()
    })
    .await
    .unwrap();
    let mut changes = cluster.changes();

    let names = || {
        cluster
            .workloads("app")
            .into_iter()
            .map(|(key, _)| key.name)
            .collect::<Vec<_>>()
    };
    let begun = Instant::now();
    while names() != ["c"] {
        let waited = begun.elapsed();
        assert!(
            waited < Duration::from_secs(20),
            "waited {waited:?} for c alone, have {:?} after {requests:?} requests",
            names()
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let key = |name: &str| ObjectKey {
        kind: Kind::Deployment,
        namespace: Some("ns".into()),
        name: name.into(),
    };
    assert!(cluster.workload(&key("c")).is_some() && cluster.workload(&key("d")).is_none());
    let mut announced = Vec::new();
    while let Ok(change) = changes.try_recv() {
        announced.push(change.component);
    }
    // The new listing brings d and takes a and b away, c is in it with nothing new; then d goes.
    let mut last = announced.split_off(announced.len().saturating_sub(4));
    assert_eq!(last.pop().as_deref(), Some("d"));
    last.sort();
    assert_eq!(last, ["a", "b", "d"]);
}
