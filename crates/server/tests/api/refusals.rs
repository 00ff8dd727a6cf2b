//! What is refused before the first write, on a real cluster: task, status, `why` and components say the same.

use serde_json::{Value, json};

use crate::cluster::{Namespace, finished, server};
use crate::support::Server;

/// Reason and sentence of each face, for one component.
async fn told(server: &Server, app: &str, component: &str) -> Vec<(String, Value, Value)> {
    let mut told = Vec::new();
    for face in ["status", "status?drift=true", "components", "why"] {
        let answer = server.get(&format!("{app}/{face}")).await.expect(200);
        let all = answer["components"].as_array().unwrap();
        let found = all.iter().find(|one| one["name"] == component).unwrap();
        let cause = if face == "why" {
            &found["cause"]
        } else {
            found
        };
        told.push((
            found["status"].as_str().unwrap().to_owned(),
            cause["reason"].clone(),
            cause["message"].clone(),
        ));
    }
    told
}

fn application(namespace: &str, components: &Value) -> Value {
    json!({"name": "refused", "namespace": namespace, "components": components})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_namespace_is_told_before_the_first_write() {
    let namespace = Namespace::make("there");
    let server = server(&namespace).await;
    let missing = format!("{}-not", namespace.name);
    let document = application(
        &missing,
        &json!([{"name": "conf", "type": "config", "properties": {"conf": {"a": "b"}}}]),
    );
    let created = server
        .post("/api/v1/applications", &document)
        .await
        .expect(202);
    let task = finished(&server, &created["taskId"]).await;
    assert_eq!(
        (&task["state"], &task["reason"]),
        (&json!("rejected"), &json!("NamespaceMissing")),
        "{task}"
    );
    let message = task["message"].as_str().unwrap();
    assert!(
        message.contains(&missing) && message.contains("create the namespace"),
        "{message}"
    );
    let jobs: usize = task["steps"].as_array().map_or(0, |steps| {
        steps
            .iter()
            .filter(|step| step["jobs"] != json!([]))
            .count()
    });
    assert_eq!(jobs, 0, "nothing was begun: {task}");
    let app = format!("/api/v1/applications/{}", created["id"].as_str().unwrap());
    for (_, reason, sentence) in told(&server, &app, "conf").await {
        assert_eq!((&reason, &sentence), (&task["reason"], &task["message"]));
    }
    namespace.kubectl(&["create", "namespace", &missing]);
    let again = server
        .post("/api/v1/applications", &document)
        .await
        .expect(202);
    let task = finished(&server, &again["taskId"]).await;
    namespace.kubectl(&["delete", "namespace", &missing, "--wait=false"]);
    assert_eq!(task["state"], "completed", "{task}");
    for (status, reason, _) in told(&server, &app, "conf").await {
        assert_eq!(status, "Running");
        assert!(reason.is_null() || reason == "", "{reason}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_change_is_told_on_its_component_and_what_runs_goes_on() {
    let namespace = Namespace::make("taken");
    let server = server(&namespace).await;
    let conf = json!({"name": "conf", "type": "config", "properties": {"conf": {"a": "b"}}});
    let web = json!({"name": "web", "type": "webservice", "image": "nginx:1.21"});
    let before = application(&namespace.name, &json!([conf, web]));
    let created = server
        .post("/api/v1/applications", &before)
        .await
        .expect(202);
    let task = finished(&server, &created["taskId"]).await;
    assert_eq!(task["state"], "completed", "{task}");
    let owned = ["create", "configmap", "extra", "-n", &namespace.name];
    namespace.kubectl(&owned);
    let extra = json!({"name": "extra", "type": "config", "properties": {"conf": {"c": "d"}}});
    let after = application(&namespace.name, &json!([conf, web, extra]));
    let app = format!("/api/v1/applications/{}", created["id"].as_str().unwrap());
    let changed = server
        .post("/api/v1/applications", &after)
        .await
        .expect(202);
    let task = finished(&server, &changed["taskId"]).await;
    assert_eq!(
        (&task["state"], &task["reason"]),
        (&json!("rejected"), &json!("NameTaken")),
        "{task}"
    );
    for (_, reason, sentence) in told(&server, &app, "extra").await {
        assert_eq!((&reason, &sentence), (&task["reason"], &task["message"]));
    }
    for component in ["conf", "web"] {
        for (status, reason, _) in told(&server, &app, component).await {
            assert_eq!(status, "Running");
            assert!(reason.is_null() || reason == "", "{component}: {reason}");
        }
    }
}
