//! Security items 1 and 27 (throttling), decision 48.

use serde_json::Value;

use crate::support::{Server, Setup, TOKEN, loopback, public};

/// Everything anybody may call: health, and what is the same for all.
const OPEN: [&str; 12] = [
    "/api/v1/health",
    "/api/v1/healthz",
    "/api/v1/ready",
    "/api/v1/readyz",
    "/docs",
    "/docs/explorer.css",
    "/docs/explorer.js",
    "/healthz",
    "/openapi.json",
    "/readyz",
    "/schemas/application.json",
    "",
];

/// Every route of the server, with whether it asks for a token.
fn routes() -> Vec<(String, String, bool)> {
    let api = kubemin_server::openapi();
    let mut routes = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            routes.push((
                method.to_uppercase(),
                path.clone(),
                operation.get("security").is_some_and(Value::is_array),
            ));
        }
    }
    assert!(routes.len() > 50, "{} routes", routes.len());
    routes
}

fn address(path: &str) -> String {
    path.replace("{id}", "nobody")
        .replace("{task}", "nothing")
        .replace("{revision}", "1")
}

#[tokio::test]
async fn every_route_beyond_health_and_static_needs_a_token() {
    let limits = kubemin_server::Limits {
        wrong_tokens: 10_000,
        ..Default::default()
    };
    let server = Server::with(Setup {
        access: public(),
        limits,
        ..Setup::default()
    })
    .await;
    let wrong = [
        "Bearer wrong",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
    ];
    for (method, path, guarded) in routes() {
        assert_eq!(!guarded, OPEN.contains(&path.as_str()), "{method} {path}");
        let bare = server.send(&method, &address(&path), &[], "").await;
        assert_eq!(
            bare.status == 401,
            guarded,
            "{method} {path}: {}",
            bare.text
        );
        if guarded {
            assert_eq!(bare.headers["www-authenticate"], "Bearer");
            assert_eq!(bare.json()["code"], "unauthorized");
        }
        for value in wrong.iter().filter(|_| guarded) {
            let answer = server
                .send(&method, &address(&path), &[("authorization", value)], "")
                .await;
            assert_eq!(answer.status, 401, "{method} {path} with {value}");
        }
        let token = format!("Bearer {TOKEN}");
        let answer = server
            .send(&method, &address(&path), &[("authorization", &token)], "")
            .await;
        assert_ne!(answer.status, 401, "{method} {path}");
    }
}

#[tokio::test]
async fn on_loopback_no_token_is_needed_and_a_wrong_one_is_refused() {
    let server = Server::start().await;
    server.get("/api/v1/applications").await.expect(200);
    for (value, status) in [
        (format!("Bearer {TOKEN}"), 200),
        ("Bearer something-else".to_owned(), 401),
    ] {
        server
            .send(
                "GET",
                "/api/v1/applications",
                &[("authorization", &value)],
                "",
            )
            .await
            .expect(status);
    }
}

#[tokio::test]
async fn pages_of_others_and_rebound_names_do_not_reach_a_loopback_server() {
    let server = Server::with(Setup {
        access: loopback(&["https://console.example/"]),
        ..Setup::default()
    })
    .await;
    let list = "/api/v1/applications";
    for (headers, status) in [
        (vec![("host", "127.0.0.1:8080")], 200),
        (vec![("host", "localhost")], 200),
        (vec![("host", "[::1]:8080")], 200),
        (vec![("host", "attacker.example:8080")], 403),
        (vec![("host", "127.0.0.1.attacker.example")], 403),
        (
            vec![
                ("host", "127.0.0.1:8080"),
                ("origin", "http://127.0.0.1:8080"),
            ],
            200,
        ),
        (
            vec![
                ("host", "127.0.0.1:8080"),
                ("origin", "http://127.0.0.1:9999"),
            ],
            403,
        ),
        (
            vec![
                ("host", "127.0.0.1:8080"),
                ("origin", "https://attacker.example"),
            ],
            403,
        ),
        (vec![("host", "127.0.0.1:8080"), ("origin", "null")], 403),
        (
            vec![
                ("host", "127.0.0.1:8080"),
                ("origin", "https://console.example"),
            ],
            200,
        ),
    ] {
        let answer = server.send("GET", list, &headers, "").await;
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.text);
    }
    let listed = server
        .send("GET", list, &[("origin", "https://console.example")], "")
        .await;
    assert_eq!(
        listed.headers["access-control-allow-origin"],
        "https://console.example"
    );
}

#[tokio::test]
async fn without_listed_origins_no_answer_is_shared_with_other_origins() {
    let server = Server::with(Setup {
        access: public(),
        ..Setup::default()
    })
    .await;
    let headers = [
        ("origin", "https://other.example"),
        ("access-control-request-method", "POST"),
    ];
    let answer = server
        .send("OPTIONS", "/api/v1/applications", &headers, "")
        .await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn guessing_tokens_is_slowed_down() {
    let limits = kubemin_server::Limits {
        wrong_tokens: 3,
        ..Default::default()
    };
    let server = Server::with(Setup {
        access: public(),
        limits,
        ..Setup::default()
    })
    .await;
    let guess = || {
        server.send(
            "GET",
            "/api/v1/applications",
            &[("authorization", "Bearer guess")],
            "",
        )
    };
    for _ in 0..3 {
        assert_eq!(guess().await.status, 401);
    }
    let answer = guess().await;
    assert_eq!(answer.status, 429, "{}", answer.text);
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_bind_browsers() {
    let server = Server::start().await;
    for path in ["/healthz", "/api/v1/applications", "/docs", "/nowhere"] {
        let answer = server.get(path).await;
        assert_eq!(
            answer.headers["x-content-type-options"], "nosniff",
            "{path}"
        );
        assert_eq!(answer.headers["x-frame-options"], "DENY", "{path}");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(answer.headers["x-trace-id"].len(), 32, "{path}");
    }
}
