//! Security item 5: a secret value is in no answer, no header, no log line, no event.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Answer, Server, shop};

const CANARY: &str = "c4nary-5ecret/value+0";
const CHANGED: &str = "c4nary-another/value+1";

/// Log lines of this process.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The canary as itself, as base64 in each alignment, in a URL, as hexadecimal digits.
fn forms() -> Vec<String> {
    use base64::Engine;
    let mut forms = vec!["c4nary".to_owned(), hex::encode("c4nary")];
    for shift in 0..3 {
        let text = format!("{}{CANARY}", "x".repeat(shift));
        let encoded = base64::engine::general_purpose::STANDARD_NO_PAD.encode(text);
        forms.push(encoded[4..20].to_owned());
    }
    forms
}

fn assert_clean(what: &str, text: &str) {
    for form in forms() {
        assert!(!text.contains(&form), "{what} holds {form}: {text}");
    }
}

fn assert_clean_answer(what: &str, answer: &Answer) {
    assert_clean(what, &answer.text);
    assert_clean(what, &format!("{:?}", answer.headers));
}

fn with_secret(value: &str) -> Value {
    let mut document = shop("vault");
    document["components"].as_array_mut().unwrap().push(
        json!({"name": "pass", "type": "secret", "properties": {"secret": {"PASSWORD": value, "same": CANARY}}}));
    document
}

#[tokio::test]
async fn a_secret_value_is_in_no_answer_and_no_log_line() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone());
    let _ = tracing::subscriber::set_global_default(subscriber.finish());
    let server = Server::start().await;
    let id = server.stored(&with_secret(CANARY)).await;
    let stored = server
        .post("/api/v1/applications", &with_secret(CHANGED))
        .await;
    let task = stored.json()["taskId"].as_str().unwrap().to_owned();
    assert_clean_answer("create", &stored);
    let app = format!("/api/v1/applications/{id}");
    for path in [
        "/api/v1/applications".to_owned(),
        "/api/v1/applications?q=c4n".to_owned(),
        app.clone(),
        format!("{app}/components"),
        format!("{app}/status"),
        format!("{app}/why"),
        format!("{app}/tree"),
        format!("{app}/events"),
        format!("{app}/logs"),
        format!("{app}/revisions"),
        format!("{app}/revisions/1"),
        format!("{app}/revisions/2"),
        format!("{app}/diff"),
        format!("{app}/resources"),
        format!("{app}/tasks"),
        format!("{app}/export"),
        format!("{app}/export?format=json"),
        format!("{app}/workflows"),
        format!("/api/v1/workflow/tasks/{task}"),
        format!("/api/v1/workflow/tasks/{task}/status"),
        "/metrics".to_owned(),
    ] {
        assert_clean_answer(&path, &server.get(&path).await);
    }
    for (path, body) in [
        ("/api/v1/applications/plan".to_owned(), with_secret(CHANGED)),
        ("/api/v1/applications/diff".to_owned(), with_secret(CANARY)),
        ("/api/v1/applications/try".to_owned(), with_secret(CANARY)),
        (format!("{app}/diff"), with_secret(CANARY)),
        (format!("{app}/rollback"), json!({"to": 1})),
        (
            format!("{app}/scale"),
            json!({"component": "web", "replicas": 1}),
        ),
        (
            format!("{app}/workflow/try"),
            json!({"workflow": [{"name": "x", "components": ["nobody"]}]}),
        ),
        (
            format!("{app}/version"),
            json!({"version": "2", "components": [{"name": "web", "image": "Not An Image"}]}),
        ),
        (format!("{app}/workflow/cancel"), json!({})),
    ] {
        assert_clean_answer(&path, &server.post(&path, &body).await);
    }
    assert_clean(
        "the log",
        &String::from_utf8_lossy(&lines.0.lock().unwrap()),
    );
}

#[tokio::test]
async fn a_secret_value_in_a_broken_document_is_not_quoted() {
    let server = Server::start().await;
    let broken = |secret: Value| json!({"name": "vault", "components": [{"name": "pass", "type": "secret", "properties": {"secret": secret}}]});
    let nested = broken(json!({"PASSWORD": {"inner": CANARY}})).to_string();
    let list = broken(json!({"PASSWORD": [CANARY]})).to_string();
    let whole = broken(json!(CANARY)).to_string();
    let cut = &broken(json!({"PASSWORD": CANARY})).to_string()[..120];
    let mut wrong_key = broken(json!({"ba d/key": CANARY})).to_string();
    let yaml = format!(
        "name: vault\ncomponents:\n- name: pass\n  type: secret\n  properties:\n    secret:\n      PASSWORD: {CANARY}: {CANARY}\n"
    );
    let twice = format!(
        "{{\"name\": \"vault\", \"components\": [{{\"name\": \"pass\", \"type\": \"secret\", \"properties\": {{\"secret\": {{\"A\": \"{CANARY}\", \"A\": \"{CANARY}\"}}}}}}]}}"
    );
    wrong_key.push(' ');
    for text in [
        nested.as_str(),
        &list,
        &whole,
        cut,
        &wrong_key,
        &yaml,
        &twice,
    ] {
        for path in [
            "/api/v1/applications/try",
            "/api/v1/applications",
            "/api/v1/applications/plan",
        ] {
            let answer = server.send("POST", path, &[], text.to_owned()).await;
            assert!(
                answer.status == 422 || answer.text.contains("\"valid\":false"),
                "{text}: {}",
                answer.text
            );
            assert_clean_answer(text, &answer);
        }
    }
}

#[tokio::test]
async fn an_export_is_masked_and_its_masks_are_refused() {
    let server = Server::start().await;
    let id = server.stored(&with_secret(CANARY)).await;
    let answer = server
        .get(&format!("/api/v1/applications/{id}/export"))
        .await;
    assert_eq!(answer.headers["content-type"], "application/yaml");
    assert!(
        answer
            .text
            .contains("#   components[2].properties.secret.PASSWORD"),
        "{}",
        answer.text
    );
    let problem = server
        .send(
            "POST",
            "/api/v1/applications",
            &[("content-type", "application/yaml")],
            answer.text.clone(),
        )
        .await
        .expect(422);
    assert_eq!(
        problem["errors"][0]["path"],
        "components[2].properties.secret.PASSWORD"
    );
    assert_eq!(problem["errors"][0]["code"], "masked-value");
    let filled = answer
        .text
        .replace("\"******\"", "filled")
        .replace("'******'", "filled")
        .replace("******", "filled");
    let stored = server
        .send("POST", "/api/v1/applications?execute=false", &[], filled)
        .await
        .expect(201);
    assert_eq!(
        (stored["id"].as_str(), &stored["revision"]),
        (Some(id.as_str()), &json!(2))
    );
    let json = server
        .get(&format!("/api/v1/applications/{id}/export?format=json"))
        .await;
    assert_eq!(
        json.json()["components"][2]["properties"]["secret"]["PASSWORD"],
        "******"
    );
    server
        .get(&format!("/api/v1/applications/{id}/export?format=xml"))
        .await
        .expect(400);
}
