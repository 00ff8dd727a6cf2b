//! The past is removed in the background.

use std::time::Duration;

use kubemin_engine::EngineSettings;
use kubemin_ports::Retention;
use serde_json::{Value, json};

use crate::support::{Server, Setup, eventually, shop};

#[tokio::test]
async fn old_revisions_go_by_themselves_and_the_others_can_be_read() {
    let server = Server::with(Setup {
        engine: EngineSettings {
            retention: Retention {
                revisions: 3,
                tasks: 3,
            },
            retention_interval: Duration::from_millis(50),
            ..EngineSettings::default()
        },
        ..Setup::default()
    })
    .await;
    let mut document = shop("grows");
    let mut id = String::new();
    for number in 1..=8 {
        document["components"][1]["properties"]["conf"]["a"] = json!(number.to_string());
        id = server.stored(&document).await;
    }
    let path = format!("/api/v1/applications/{id}/revisions");
    let left = eventually(
        "five revisions are gone",
        Duration::from_secs(10),
        || async {
            let answer = server.get(&path).await.expect(200);
            let revisions = answer["revisions"].as_array().unwrap().clone();
            (revisions.len() == 3).then_some(revisions)
        },
    )
    .await;
    let numbers: Vec<&Value> = left.iter().map(|revision| &revision["revision"]).collect();
    assert_eq!(numbers, [&json!(8), &json!(7), &json!(6)]);
    let rollback = server
        .post(
            &format!("/api/v1/applications/{id}/rollback"),
            &json!({"revision": 2}),
        )
        .await;
    assert_eq!(rollback.status, 404, "{}", rollback.text);
    assert!(rollback.text.contains("revision 2"), "{}", rollback.text);
}
