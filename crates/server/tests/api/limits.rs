//! Security item 27: what is too much is told when to come back, and others go on.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use futures::StreamExt;
use futures::stream;
use kubemin_server::Limits;

use crate::support::{Server, Setup, eventually, shop};

fn never_ending() -> Body {
    let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"name: x"))]);
    Body::from_stream(first.chain(stream::pending()))
}

#[tokio::test]
async fn a_fast_caller_is_told_to_wait() {
    let limits = Limits {
        rate: 1,
        burst: 5,
        ..Limits::default()
    };
    let server = Server::with(Setup {
        limits,
        ..Setup::default()
    })
    .await;
    let mut codes = Vec::new();
    for _ in 0..50 {
        codes.push(server.get("/api/v1/applications").await.status.as_u16());
    }
    assert_eq!(
        codes.iter().filter(|code| **code == 200).count(),
        5,
        "{codes:?}"
    );
    let answer = server.get("/api/v1/applications").await;
    assert_eq!(
        (
            answer.status.as_u16(),
            answer.headers["retry-after"].to_str().unwrap()
        ),
        (429, "1")
    );
    assert_eq!(
        server.get("/healthz").await.status,
        200,
        "health always answers"
    );
}

#[tokio::test]
async fn slow_requests_end_and_do_not_take_all_the_room() {
    let limits = Limits {
        requests: 1,
        request: Duration::from_millis(400),
        ..Limits::default()
    };
    let server = Server::with(Setup {
        limits,
        ..Setup::default()
    })
    .await;
    let slow = server.send("POST", "/api/v1/applications", &[], never_ending());
    let other = async {
        eventually("the room is full", Duration::from_millis(300), || async {
            let answer = server.get("/api/v1/applications").await;
            (answer.status == 429).then_some(answer)
        })
        .await
    };
    let started = Instant::now();
    let (slow, other) = tokio::join!(slow, other);
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "it took {:?}",
        started.elapsed()
    );
    assert_eq!(slow.expect(504)["code"], "too-slow");
    assert_eq!(other.json()["code"], "too-many-requests");
    assert_eq!(
        server.get("/api/v1/applications").await.status,
        200,
        "the room is free again"
    );
}

#[tokio::test]
async fn streams_are_counted_apart() {
    let limits = Limits {
        streams: 1,
        ..Limits::default()
    };
    let server = Server::with(Setup {
        limits,
        ..Setup::default()
    })
    .await;
    let id = server.stored(&shop("shop")).await;
    let path = format!("/api/v1/applications/{id}/status");
    let open = crate::streams::open(&server, &path).await;
    let second = server
        .send("GET", &path, &[("accept", "text/event-stream")], "")
        .await;
    assert_eq!(second.expect(429)["code"], "too-many-requests");
    server.get(&path).await.expect(200);
    drop(open);
    crate::streams::open(&server, &path).await;
}
