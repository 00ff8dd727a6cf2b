//! Security items 16 and 27: bombs are refused quickly and cheaply.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use futures::stream;

use crate::support::Server;

/// Resident memory of this process, bytes.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

fn billion_laughs() -> String {
    let mut text = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for (name, before) in ["b", "c", "d", "e", "f", "g", "h", "i"]
        .iter()
        .zip("abcdefgh".chars())
    {
        let references = vec![format!("*{before}"); 9].join(", ");
        text.push_str(&format!("{name}: &{name} [{references}]\n"));
    }
    text + "name: *i\n"
}

#[tokio::test]
async fn bombs_are_refused_fast_and_without_memory() {
    let server = Server::start().await;
    let entries: Vec<String> = (0..1_000_000).map(|n| format!("k{n:06}: v")).collect();
    let bombs = [
        ("aliases", billion_laughs()),
        ("depth of JSON", "[".repeat(1_000_000)),
        ("depth of objects", "{\"a\":".repeat(500_000)),
        ("depth of YAML", "- ".repeat(500_000)),
        ("flow depth of YAML", format!("a: {}", "[".repeat(500_000))),
        (
            "nodes of JSON",
            format!("[{}]", vec!["1"; 2_000_000].join(",")),
        ),
        ("NUL", "\0".repeat(1000)),
        ("no document", String::new()),
    ];
    let before = resident();
    for (name, bomb) in bombs {
        let started = Instant::now();
        let answer = server.send("POST", "/api/v1/applications", &[], bomb).await;
        assert!(
            answer.status == 422 || answer.status == 400,
            "{name}: {} {}",
            answer.status,
            answer.text
        );
        assert!(
            answer.text.len() < 10_000,
            "{name}: an answer of {} bytes",
            answer.text.len()
        );
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{name} took {:?}",
            started.elapsed()
        );
    }
    let yaml = format!(
        "name: big\ncomponents:\n- name: c\n  type: config\n  properties:\n    conf:\n      {}\n",
        entries[..500_000].join("\n      ")
    );
    let answer = server
        .send(
            "POST",
            "/api/v1/applications",
            &[],
            yaml[..8_000_000.min(yaml.len())].to_owned(),
        )
        .await;
    assert_eq!(
        answer.status,
        422,
        "{}",
        &answer.text[..answer.text.len().min(300)]
    );
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 << 20, "memory grew by {} MiB", grown >> 20);
}

#[tokio::test]
async fn large_bodies_are_refused_at_the_limit() {
    let server = Server::start().await;
    let told = server
        .send(
            "POST",
            "/api/v1/applications",
            &[("content-length", "104857600")],
            "x",
        )
        .await;
    assert_eq!(told.expect(413)["code"], "too-large");
    let piece = Bytes::from(vec![b'x'; 1 << 20]);
    let untold = Body::from_stream(stream::repeat_with(move || {
        Ok::<_, std::io::Error>(piece.clone())
    }));
    assert_eq!(
        server
            .send("POST", "/api/v1/applications", &[], untold)
            .await
            .expect(413)["code"],
        "too-large"
    );
    let action = server
        .send(
            "POST",
            "/api/v1/applications/nobody/scale",
            &[("content-length", "104857600")],
            "x",
        )
        .await;
    assert_eq!(action.expect(413)["code"], "too-large");
}
