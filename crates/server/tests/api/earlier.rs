//! Paths and bodies of the earlier API stay callable.

use serde_json::{Value, json};

use crate::support::{Server, shop};

#[tokio::test]
async fn the_workflow_is_read_replaced_and_tried() {
    let server = Server::start().await;
    let id = server.stored(&shop("shop")).await;
    let list = server
        .get(&format!("/api/v1/applications/{id}/workflows"))
        .await
        .expect(200);
    assert_eq!(
        (
            &list["workflows"][0]["id"],
            &list["workflows"][0]["derived"]
        ),
        (&json!(id), &json!(true))
    );
    assert!(!list["workflows"][0]["steps"].as_array().unwrap().is_empty());
    let path = format!("/api/v1/applications/{id}/workflow");
    let steps = json!({"workflow_id": id, "workflow": [{"name": "all", "mode": "DAG", "components": ["conf", "web"]}]});
    assert_eq!(
        server.put(&path, &[], &steps).await.expect(200)["revision"],
        2
    );
    let list = server
        .get(&format!("/api/v1/applications/{id}/workflows"))
        .await
        .expect(200);
    assert_eq!(list["workflows"][0]["steps"][0]["mode"], "DAG");
    let bad = json!({"workflow": [{"name": "all", "components": ["nobody", "web", "conf"]}]});
    let problem = server.put(&path, &[], &bad).await.expect(422);
    assert_eq!(problem["businessCode"], 20000);
    assert_eq!(problem["errors"][0]["path"], "workflow[0].components[0]");
    let tried = server.post(&format!("{path}/try"), &bad).await.expect(200);
    assert_eq!(
        (&tried["valid"], &tried["errors"][0]["path"]),
        (&json!(false), &json!("workflow[0].components[0]"))
    );
    let mut try_with_id = bad.clone();
    try_with_id["app_id"] = json!(id);
    let tried = server
        .post("/api/v1/applications/try", &try_with_id)
        .await
        .expect(200);
    assert_eq!(tried["errors"][0]["path"], "workflow[0].components[0]");
}

#[tokio::test]
async fn a_version_update_changes_adds_and_removes_components() {
    let server = Server::start().await;
    let id = server.stored(&shop("shop")).await;
    let update = json!({"version": "2.0.0", "strategy": "recreate", "auto_exec": false, "components": [
        {"name": "web", "image": "nginx:1.25", "replicas": 0, "env": {"A": "1"}},
        {"action": "add", "name": "more", "type": "config", "properties": {"conf": {"k": "v"}}},
        {"action": "remove", "name": "conf"}]});
    let answer = server
        .post(&format!("/api/v1/applications/{id}/version"), &update)
        .await
        .expect(200);
    assert_eq!(answer["previousVersion"], "1.0.0");
    assert_eq!(answer["taskId"], "");
    assert_eq!(
        (&answer["addedComponents"], &answer["removedComponents"]),
        (&json!(["more"]), &json!(["conf"]))
    );
    let read = server
        .get(&format!("/api/v1/applications/{id}"))
        .await
        .expect(200);
    let web = &read["document"]["components"][0];
    assert_eq!(
        (
            &web["image"],
            &web["replicas"],
            &web["properties"]["env"]["A"]
        ),
        (&json!("nginx:1.25"), &json!(0), &json!("1"))
    );
    assert_eq!(web["traits"]["update"]["strategy"], "recreate");
    let names: Vec<&Value> = read["document"]["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["name"])
        .collect();
    assert_eq!(names, ["web", "more"]);
    let path = format!("/api/v1/applications/{id}/version");
    let canary = json!({"version": "3", "strategy": "canary"});
    assert_eq!(
        server.post(&path, &canary).await.expect(422)["businessCode"],
        10012
    );
    let missing = json!({"version": "3", "components": [{"name": "nobody", "image": "x"}]});
    assert_eq!(
        server.post(&path, &missing).await.expect(404)["businessCode"],
        10013
    );
}

#[tokio::test]
async fn templates_components_and_health_answer() {
    let server = Server::start().await;
    let mut template = shop("template");
    template["tmp_enable"] = json!(true);
    server.stored(&template).await;
    let id = server.stored(&shop("shop")).await;
    let templates = server
        .get("/api/v1/applications/templates")
        .await
        .expect(200);
    assert_eq!(templates["applications"].as_array().unwrap().len(), 1);
    assert_eq!(templates["applications"][0]["name"], "template");
    let components = server
        .get(&format!("/api/v1/applications/{id}/components"))
        .await
        .expect(200);
    assert_eq!(
        (
            &components["components"][0]["appId"],
            &components["components"][0]["type"]
        ),
        (&json!(id), &json!("webservice"))
    );
    for path in ["/healthz", "/api/v1/health", "/api/v1/healthz"] {
        assert_eq!(server.get(path).await.expect(200)["status"], "healthy");
    }
    let ready = server.get("/readyz").await.expect(503);
    assert_eq!(
        ready["checks"][0],
        json!({"name": "database", "ready": true, "message": ""})
    );
    assert_eq!(
        (&ready["checks"][1]["name"], &ready["checks"][1]["ready"]),
        (&json!("cluster"), &json!(false))
    );
    assert_eq!(
        server
            .post("/api/v1/workflow", &json!({}))
            .await
            .expect(501)["code"],
        "not-offered"
    );
    let metrics = server.get("/metrics").await.text;
    assert!(
        metrics.contains(
            "kubemin_http_requests_total{route=\"/healthz\",method=\"GET\",status=\"200\"} 1"
        ),
        "{metrics}"
    );
}
