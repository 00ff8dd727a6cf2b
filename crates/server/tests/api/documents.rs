//! Storing documents: shapes, idempotency, conditions, what is refused (security item 4).

use serde_json::{Value, json};

use crate::support::{Server, shop};

#[tokio::test]
async fn a_document_is_stored_and_deployed() {
    let server = Server::start().await;
    let answer = server.post("/api/v1/applications", &shop("shop")).await;
    assert_eq!(answer.headers["etag"], "\"1\"");
    let stored = answer.expect(202);
    let id = stored["id"].as_str().unwrap();
    assert_eq!(stored["revision"], 1);
    assert_eq!(stored["workflowId"], stored["id"]);
    let task = stored["taskId"].as_str().unwrap();
    let shown = server
        .get(&format!("/api/v1/workflow/tasks/{task}"))
        .await
        .expect(200);
    assert_eq!(
        (&shown["id"], &shown["application"], &shown["revision"]),
        (&json!(task), &json!("shop"), &json!(1))
    );
    let created = shown["createdAt"].as_str().unwrap();
    assert!(
        created.len() == 24 && created.ends_with('Z') && created.as_bytes()[19] == b'.',
        "{created}"
    );
    let read = server
        .get(&format!("/api/v1/applications/{id}"))
        .await
        .expect(200);
    assert_eq!(
        (&read["name"], &read["namespace"]),
        (&json!("shop"), &json!("kms-shop"))
    );
    assert_eq!(read["document"]["components"][0]["image"], "nginx:1.21");
}

#[tokio::test]
async fn execute_false_only_stores() {
    let server = Server::start().await;
    let stored = server
        .post("/api/v1/applications?execute=false", &shop("shop"))
        .await
        .expect(201);
    assert!(stored.get("taskId").is_none(), "{stored}");
    let status = server
        .get(&format!(
            "/api/v1/applications/{}/status",
            stored["id"].as_str().unwrap()
        ))
        .await
        .expect(200);
    assert_eq!(status["task"], Value::Null);
    assert_eq!(status["components"][0]["name"], "web");
    assert_eq!(status["components"][0]["replicas"], 2);
    assert_eq!(
        status["components"][0]["endpoints"],
        json!(["web.kms-shop.svc:8080"])
    );
}

#[tokio::test]
async fn the_same_request_with_the_same_key_is_done_once() {
    let server = Server::start().await;
    let send = |key: &'static str, document: Value| {
        let headers = [
            ("idempotency-key", key),
            ("content-type", "application/json"),
        ];
        let server = &server;
        async move {
            server
                .send(
                    "POST",
                    "/api/v1/applications",
                    &headers,
                    document.to_string(),
                )
                .await
        }
    };
    let first = send("one", shop("shop")).await.expect(202);
    let again = send("one", shop("shop")).await.expect(202);
    assert_eq!(first["taskId"], again["taskId"]);
    assert_eq!(first["revision"], again["revision"]);
    let other = send("one", shop("other")).await;
    assert_eq!(other.status, 409, "{}", other.text);
    server
        .get("/api/v1/applications?name=other")
        .await
        .expect(200)["applications"]
        .as_array()
        .unwrap()
        .is_empty()
        .then_some(())
        .unwrap();
    send("", shop("shop")).await.expect(400);
}

#[tokio::test]
async fn every_spelling_and_notation_is_accepted_and_keeps_the_id() {
    let server = Server::start().await;
    let first = server.stored(&shop("shop")).await;
    let yaml = "name: shop\nnameSpace: kms-shop\ncomponent:\n- name: web\n  componentType: webservice\n  image: nginx:1.21\n";
    for kind in ["application/yaml", "text/yaml; charset=utf-8", "text/plain"] {
        let answer = server
            .send(
                "POST",
                "/api/v1/applications?execute=false",
                &[("content-type", kind)],
                yaml,
            )
            .await;
        assert_eq!(answer.expect(201)["id"], first.as_str(), "{kind}");
    }
    server
        .send(
            "POST",
            "/api/v1/applications",
            &[("content-type", "multipart/form-data")],
            yaml,
        )
        .await
        .expect(415);
}

#[tokio::test]
async fn a_given_id_is_kept_when_later_documents_leave_it_out() {
    let server = Server::start().await;
    let mut document = shop("shop");
    document["id"] = json!("my-own-id");
    assert_eq!(server.stored(&document).await, "my-own-id");
    assert_eq!(server.stored(&shop("shop")).await, "my-own-id");
    document["id"] = json!("another-id");
    let answer = server
        .post("/api/v1/applications?execute=false", &document)
        .await;
    assert_eq!(answer.expect(409)["code"], "name-fixed");
}

#[tokio::test]
async fn if_match_guards_against_lost_updates() {
    let server = Server::start().await;
    let id = server.stored(&shop("shop")).await;
    let path = format!("/api/v1/applications/{id}?execute=false");
    let mut changed = shop("shop");
    changed["components"][0]["image"] = json!("nginx:1.22");
    assert_eq!(
        server
            .put(&path, &[("if-match", "\"1\"")], &changed)
            .await
            .expect(201)["revision"],
        2
    );
    changed["components"][0]["image"] = json!("nginx:1.23");
    let late = server.put(&path, &[("if-match", "\"1\"")], &changed).await;
    assert_eq!(late.expect(412)["code"], "revision-changed");
    server
        .put(&path, &[("if-match", "nonsense")], &changed)
        .await
        .expect(400);
    assert_eq!(
        server
            .put(&path, &[("if-match", "*")], &changed)
            .await
            .expect(201)["revision"],
        3
    );
    let read = format!("/api/v1/applications/{id}");
    assert_eq!(
        server
            .send("GET", &read, &[("if-none-match", "\"3\"")], "")
            .await
            .status,
        304
    );
    assert_eq!(
        server
            .send("GET", &read, &[("if-none-match", "\"2\"")], "")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn unknown_and_server_owned_fields_are_refused_by_path() {
    let server = Server::start().await;
    for field in [
        "owner",
        "tenant",
        "state",
        "fence",
        "revision",
        "createdMs",
        "inventory",
        "stopped",
    ] {
        let mut document = shop("shop");
        document[field] = json!("mine");
        let answer = server.post("/api/v1/applications", &document).await;
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        let problem = answer.expect(422);
        assert_eq!(problem["errors"][0]["path"], field);
        assert_eq!(problem["businessCode"], 10000);
        let tried = server
            .post("/api/v1/applications/try", &document)
            .await
            .expect(200);
        assert_eq!(
            (&tried["valid"], &tried["errors"][0]["path"]),
            (&json!(false), &json!(field))
        );
    }
    let id = server.stored(&shop("shop")).await;
    for (action, body) in [
        (
            "scale",
            json!({"component": "web", "replicas": 1, "owner": "me"}),
        ),
        ("stop", json!({"state": "x"})),
        ("rollback", json!({"to": 1, "fence": 1})),
        ("workflow/exec", json!({"taskId": "x"})),
        ("workflow/cancel", json!({"owner": "x"})),
    ] {
        let problem = server
            .post(&format!("/api/v1/applications/{id}/{action}"), &body)
            .await
            .expect(400);
        assert_eq!(
            problem["errors"][0]["code"], "unknown-field",
            "{action}: {problem}"
        );
    }
    server
        .post("/api/v1/applications?forse=true", &shop("shop"))
        .await
        .expect(400);
}

#[tokio::test]
async fn every_fault_is_reported_at_once_and_try_stores_nothing() {
    let server = Server::start().await;
    let bad = json!({"name": "bad", "components": [
        {"name": "a", "type": "webservice"},
        {"name": "b", "type": "nonsense", "image": "x"},
        {"name": "c", "type": "config", "properties": {"conf": {"a": "b"}}, "colour": "red"}]});
    let problem = server.post("/api/v1/applications", &bad).await.expect(422);
    let paths: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "components[0].image",
            "components[1].type",
            "components[2].colour"
        ]
    );
    assert_eq!(problem["traceId"].as_str().unwrap().len(), 32);
    let good = server
        .post("/api/v1/applications/try", &shop("shop"))
        .await
        .expect(200);
    assert_eq!(good["valid"], true);
    assert_eq!(
        server.get("/api/v1/applications").await.expect(200)["applications"],
        json!([])
    );
}

#[tokio::test]
async fn what_is_not_there_is_said_with_a_stable_code() {
    let server = Server::start().await;
    for (path, code, business) in [
        (
            "/api/v1/applications/nobody",
            "application-not-found",
            json!(10005),
        ),
        (
            "/api/v1/applications/nobody/status",
            "application-not-found",
            json!(10005),
        ),
        (
            "/api/v1/workflow/tasks/nothing",
            "task-not-found",
            json!(20006),
        ),
        ("/api/v1/nowhere", "no-such-path", json!(404)),
    ] {
        let problem = server.get(path).await.expect(404);
        assert_eq!(
            (&problem["code"], &problem["businessCode"]),
            (&json!(code), &business),
            "{path}"
        );
    }
    assert_eq!(
        server
            .send("PATCH", "/api/v1/applications", &[], "")
            .await
            .expect(405)["code"],
        "no-such-method"
    );
    let trace = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
    let answer = server
        .send("GET", "/api/v1/nowhere", &[("traceparent", trace)], "")
        .await;
    assert_eq!(
        answer.expect(404)["traceId"],
        "0123456789abcdef0123456789abcdef"
    );
}
