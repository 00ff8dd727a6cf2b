//! Server-sent events.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::support::{Server, shop};

/// An open stream.
pub struct Stream {
    body: axum::body::BodyDataStream,
    text: String,
}

/// Opens a stream.
pub async fn open(server: &Server, path: &str) -> Stream {
    let request = Request::get(path)
        .header("host", "localhost")
        .header("accept", "text/event-stream");
    let response = server
        .router
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    Stream {
        body: response.into_body().into_data_stream(),
        text: String::new(),
    }
}

impl Stream {
    /// The next event: name and data; `None` at the end.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        timeout(Duration::from_secs(60), self.read())
            .await
            .expect("an event within 60 s")
    }

    async fn read(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name).map(str::to_owned))
                };
                if let Some(data) = field("data: ") {
                    return Some((
                        field("event: ").unwrap_or_default(),
                        serde_json::from_str(&data).unwrap(),
                    ));
                }
                continue;
            }
            let bytes = self.body.next().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

#[tokio::test]
async fn a_task_is_shown_at_once_and_until_it_ends() {
    let server = Server::start().await;
    let created = server
        .post("/api/v1/applications", &shop("shop"))
        .await
        .expect(202);
    let task = created["taskId"].as_str().unwrap();
    let mut stream = open(&server, &format!("/api/v1/workflow/tasks/{task}/stream")).await;
    let (name, first) = stream.next().await.unwrap();
    assert_eq!((name.as_str(), &first["id"]), ("task", &json!(task)));
    let cancelled = server
        .post(
            &format!("/api/v1/workflow/tasks/{task}/cancel"),
            &json!({"user": "me", "reason": "enough"}),
        )
        .await
        .expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    let mut last = first;
    while let Some((_, next)) = stream.next().await {
        last = next;
    }
    assert_eq!(last["state"], "cancelled");
    assert!(last["finishedAt"].is_string());
    let again = server
        .post(&format!("/api/v1/workflow/tasks/{task}/cancel"), &json!({}))
        .await
        .expect(409);
    assert_eq!(
        (&again["code"], &again["businessCode"]),
        (&json!("task-ended"), &json!(20013))
    );
    let mut ended = open(&server, &format!("/api/v1/workflow/tasks/{task}/stream")).await;
    assert_eq!(ended.next().await.unwrap().1["state"], "cancelled");
    assert_eq!(ended.next().await, None);
}

#[tokio::test]
async fn a_stream_of_nothing_is_not_found() {
    let server = Server::start().await;
    let answer = server
        .send(
            "GET",
            "/api/v1/workflow/tasks/nothing/stream",
            &[("accept", "text/event-stream")],
            "",
        )
        .await;
    assert_eq!(answer.expect(404)["code"], "task-not-found");
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let server = Server::start().await;
    let id = server.stored(&shop("shop")).await;
    let mut status = open(&server, &format!("/api/v1/applications/{id}/status")).await;
    assert_eq!(status.next().await.unwrap().0, "status");
    server.state.stop();
    assert_eq!(status.next().await, None);
}
