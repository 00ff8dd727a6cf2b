//! Lists are bounded, and pages leave nothing out.

use serde_json::{Value, json};

use crate::support::{Server, shop};

fn names(list: &Value) -> Vec<String> {
    let applications = list["applications"].as_array().unwrap();
    applications
        .iter()
        .map(|application| application["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn pages_together_are_the_whole_list() {
    let server = Server::start().await;
    for number in 0..7 {
        server.stored(&shop(&format!("shop-{number}"))).await;
    }
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let list = server
            .get(&format!("/api/v1/applications?limit=3{cursor}"))
            .await
            .expect(200);
        seen.extend(names(&list));
        pages += 1;
        match list["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    seen.sort();
    assert_eq!(
        (pages, seen),
        (
            3,
            (0..7)
                .map(|number| format!("shop-{number}"))
                .collect::<Vec<_>>()
        )
    );
}

#[tokio::test]
async fn lists_are_filtered() {
    let server = Server::start().await;
    for name in ["front", "frontier", "back"] {
        server.stored(&shop(name)).await;
    }
    let mut other = shop("front");
    other["namespace"] = json!("kms-other");
    server.stored(&other).await;
    let list = |query: &'static str| {
        let server = &server;
        async move {
            let mut found = names(
                &server
                    .get(&format!("/api/v1/applications?{query}"))
                    .await
                    .expect(200),
            );
            found.sort();
            found
        }
    };
    assert_eq!(list("name=front&namespace=kms-shop").await, ["front"]);
    assert_eq!(list("name=front").await, ["front", "front"]);
    assert_eq!(
        list("q=front&namespace=kms-shop").await,
        ["front", "frontier"]
    );
    assert_eq!(
        list("phase=Pending&limit=2&namespace=kms-other").await,
        ["front"]
    );
    assert_eq!(list("phase=Running").await, Vec::<String>::new());
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("phase=Sleeping", "phase"),
    ] {
        let problem = server
            .get(&format!("/api/v1/applications?{query}"))
            .await
            .expect(400);
        assert_eq!(problem["errors"][0]["path"], field, "{problem}");
    }
    server
        .get("/api/v1/applications?limit=many")
        .await
        .expect(400);
    server
        .get("/api/v1/applications?colour=red")
        .await
        .expect(400);
}

#[tokio::test]
async fn revisions_come_in_pages_too() {
    let server = Server::start().await;
    let mut id = String::new();
    for number in 1..=5 {
        let mut document = shop("shop");
        document["components"][0]["replicas"] = json!(number);
        id = server.stored(&document).await;
    }
    let first = server
        .get(&format!("/api/v1/applications/{id}/revisions?limit=3"))
        .await
        .expect(200);
    let numbers = |list: &Value| {
        list["revisions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["revision"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&first), [5, 4, 3]);
    assert_eq!(first["revisions"][0]["current"], true);
    let next = first["nextCursor"].as_str().unwrap();
    let second = server
        .get(&format!(
            "/api/v1/applications/{id}/revisions?limit=3&cursor={next}"
        ))
        .await
        .expect(200);
    assert_eq!(numbers(&second), [2, 1]);
    assert!(second.get("nextCursor").is_none());
    let one = server
        .get(&format!("/api/v1/applications/{id}/revisions/2"))
        .await
        .expect(200);
    assert_eq!(one["document"]["components"][0]["replicas"], 2);
}
