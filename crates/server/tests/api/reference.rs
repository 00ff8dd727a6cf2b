//! The API's description fits the API.

use serde_json::Value;

use crate::support::Server;

#[tokio::test]
async fn the_description_is_openapi_3_1_and_every_reference_leads_somewhere() {
    let server = Server::start().await;
    let api = server.get("/openapi.json").await.expect(200);
    assert_eq!(api["openapi"], "3.1.0");
    let mut references = Vec::new();
    collect(&api, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(api.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let mut ids: Vec<&str> = operations(&api)
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "operation ids are unique");
}

fn operations(api: &Value) -> impl Iterator<Item = &Value> {
    api["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            references.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

#[tokio::test]
async fn the_explorer_loads_nothing_from_elsewhere() {
    let server = Server::start().await;
    for path in ["/docs", "/docs/explorer.js", "/docs/explorer.css"] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 200);
        assert!(
            !answer.text.contains("://") && !answer.text.contains("innerHTML"),
            "{path}"
        );
    }
    let schema = server.get("/schemas/application.json").await;
    assert_eq!(schema.headers["content-type"], "application/schema+json");
    assert!(schema.json()["properties"]["components"].is_object());
}
