//! scale, stop, start, rollback: revisions (decision 39).

use serde_json::{Value, json};

use crate::support::{Server, shop};

async fn replicas(server: &Server, id: &str) -> Value {
    let read = server
        .get(&format!("/api/v1/applications/{id}"))
        .await
        .expect(200);
    read["document"]["components"][0]["replicas"].clone()
}

#[tokio::test]
async fn scale_stop_start_and_rollback_make_revisions() {
    let server = Server::start().await;
    let id = server.stored(&shop("shop")).await;
    let act = |action: &'static str, body: Value| {
        let (server, id) = (&server, &id);
        async move {
            server
                .post(&format!("/api/v1/applications/{id}/{action}"), &body)
                .await
                .expect(202)
        }
    };
    assert_eq!(act("scale", json!({"replicas": 4})).await["revision"], 2);
    assert_eq!(replicas(&server, &id).await, 4);
    assert_eq!(act("stop", json!({})).await["revision"], 3);
    assert_eq!(replicas(&server, &id).await, 0);
    assert_eq!(
        act("stop", json!({})).await["revision"],
        3,
        "stopping twice changes nothing"
    );
    assert_eq!(act("start", json!({})).await["revision"], 4);
    assert_eq!(replicas(&server, &id).await, 4);
    assert_eq!(act("rollback", json!({"to": 1})).await["revision"], 5);
    assert_eq!(replicas(&server, &id).await, 2);
    let list = server
        .get(&format!("/api/v1/applications/{id}/revisions"))
        .await
        .expect(200);
    let causes: Vec<&str> = list["revisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["cause"].as_str().unwrap())
        .collect();
    assert_eq!(
        causes,
        ["rollback to 1", "start", "stop", "scale web to 4", "apply"]
    );
    let diff = server
        .get(&format!("/api/v1/applications/{id}/diff?from=1&to=2"))
        .await
        .expect(200);
    assert_eq!(
        diff["fields"],
        json!([{"path": "components[web].replicas", "old": 2, "new": 4}])
    );
    assert_eq!(
        server
            .get(&format!("/api/v1/applications/{id}/diff?from=1&to=5"))
            .await
            .expect(200)["different"],
        false
    );
}

#[tokio::test]
async fn impossible_changes_are_refused() {
    let server = Server::start().await;
    let id = server.stored(&shop("shop")).await;
    for (action, body, status) in [
        ("scale", json!({"component": "nobody", "replicas": 1}), 404),
        ("scale", json!({"component": "conf", "replicas": 1}), 422),
        ("scale", json!({"replicas": -1}), 422),
        ("scale", json!({}), 400),
        ("stop", json!({"component": "nobody"}), 404),
        ("rollback", json!({"to": 9}), 404),
        ("rollback", json!({}), 404),
        ("workflow/retry", json!({}), 404),
        ("workflow/cancel", json!({"taskId": "nothing"}), 404),
    ] {
        let answer = server
            .post(&format!("/api/v1/applications/{id}/{action}"), &body)
            .await;
        assert_eq!(answer.status, status, "{action} {body}: {}", answer.text);
    }
    assert_eq!(replicas(&server, &id).await, 2);
}

#[tokio::test]
async fn one_revision_has_one_active_task() {
    let server = Server::start().await;
    let created = server
        .post("/api/v1/applications", &shop("shop"))
        .await
        .expect(202);
    let id = created["id"].as_str().unwrap();
    let again = server
        .post(
            &format!("/api/v1/applications/{id}/workflow/exec"),
            &json!({"workflow_id": id}),
        )
        .await
        .expect(200);
    assert_eq!(again["taskId"], created["taskId"]);
    server
        .post(
            &format!("/api/v1/applications/{id}/workflow/exec"),
            &json!({"workflowId": "other"}),
        )
        .await
        .expect(404);
    let tasks = server
        .get(&format!("/api/v1/applications/{id}/tasks"))
        .await
        .expect(200);
    assert_eq!(tasks["tasks"].as_array().unwrap().len(), 1);
}
