//! The program and a server that answers from a script: requests, exit codes, what is followed.

mod program;
mod script;

use program::{Folder, text};
use script::{Answer, Script};
use serde_json::{Value, json};

const APP: &str =
    "name: shop\ncomponents: [{name: conf, type: config, properties: {conf: {a: b}}}]\n";

fn stored() -> Value {
    json!({"id": "a1", "name": "shop", "namespace": "default", "revision": 2, "workflowId": "w", "changed": true, "taskId": "t1"})
}

fn task(state: &str, job: &str, message: &str) -> Value {
    json!({
        "id": "t1", "application": "shop", "appId": "a1", "revision": 2, "action": "deploy", "state": state,
        "reason": "", "message": "", "cancelRequested": false, "createdAt": "2026-01-01T00:00:00.000Z",
        "startedAt": "2026-01-01T00:00:00.100Z",
        "finishedAt": if state == "running" { Value::Null } else { json!("2026-01-01T00:00:02.000Z") },
        "attempt": 1,
        "steps": [{"name": "all", "mode": "DAG", "state": job, "jobs": [{
            "id": "j1", "component": "conf", "kind": "ConfigMap", "name": "conf", "priority": 0, "action": "apply",
            "state": job, "reason": "", "message": message, "changed": true, "queuedAt": "2026-01-01T00:00:00.000Z",
            "startedAt": "2026-01-01T00:00:00.100Z",
            "finishedAt": if job == "running" { Value::Null } else { json!("2026-01-01T00:00:01.100Z") },
            "attempt": 1}]}],
    })
}

fn events(tasks: &[Value]) -> Answer {
    Answer::events(tasks.iter().map(Value::to_string))
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("app.yaml", APP);
    folder
}

#[test]
fn apply_follows_the_task_to_its_end() {
    let script = Script::start([
        ("POST /api/v1/applications", Answer::json(202, stored())),
        (
            "GET /api/v1/workflow/tasks/t1/stream",
            events(&[
                task("running", "running", "waits"),
                task("running", "running", "waits"),
                task("completed", "completed", ""),
            ]),
        ),
    ]);
    let run = folder().kubemin(&[
        "--server",
        script.url(),
        "apply",
        "-f",
        "app.yaml",
        "--wait",
    ]);
    assert_eq!(run.code, 0, "{}", text(&run.stderr));
    let lines: Vec<&str> = text(&run.stdout).lines().collect();
    assert_eq!(
        lines,
        [
            "running    ConfigMap/conf: waits",
            "completed  ConfigMap/conf (1.0s)",
            "shop: revision 2 completed after 2.0s"
        ]
    );
    let body: Value = serde_json::from_str(&script.requests()[0].body).unwrap();
    assert_eq!(
        (&body["name"], &body["namespace"]),
        (&json!("shop"), &json!("default"))
    );
    assert_eq!(
        body["id"],
        Value::Null,
        "a derived id is not sent as one that was given"
    );
}

#[test]
fn a_task_that_fails_is_exit_code_1_with_the_cause() {
    let script = Script::start([
        (
            "POST /api/v1/applications?force=true",
            Answer::json(202, stored()),
        ),
        (
            "GET /api/v1/workflow/tasks/t1/stream",
            events(&[task("failed", "failed", "the quota is used up")]),
        ),
    ]);
    let run = folder().kubemin(&[
        "--server",
        script.url(),
        "apply",
        "-f",
        "app.yaml",
        "--wait",
        "--force",
    ]);
    assert_eq!(run.code, 1);
    let said = text(&run.stderr);
    assert!(
        said.contains("shop: revision 2 failed after 2.0s: ConfigMap/conf: the quota is used up"),
        "{said}"
    );
}

#[test]
fn a_stream_that_breaks_off_is_taken_up_again() {
    let script = Script::start([
        ("POST /api/v1/applications", Answer::json(202, stored())),
        (
            "GET /api/v1/workflow/tasks/t1/stream",
            events(&[task("running", "running", "")]),
        ),
        (
            "GET /api/v1/workflow/tasks/t1",
            Answer::json(200, task("running", "running", "")),
        ),
        (
            "GET /api/v1/workflow/tasks/t1/stream",
            Answer::json(503, json!({})),
        ),
        (
            "GET /api/v1/workflow/tasks/t1",
            Answer::json(200, task("completed", "completed", "")),
        ),
    ]);
    let run = folder().kubemin(&[
        "--server",
        script.url(),
        "apply",
        "-f",
        "app.yaml",
        "--wait",
        "-o",
        "json",
    ]);
    assert_eq!(run.code, 0, "{}", text(&run.stderr));
    let body: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(body["state"], "completed");
}

#[test]
fn the_commands_own_time_out_is_exit_code_4() {
    let script = Script::start([
        ("POST /api/v1/applications", Answer::json(202, stored())),
        (
            "GET /api/v1/workflow/tasks/t1/stream",
            Answer::hanging(task("running", "running", "1 of 2 pods")),
        ),
    ]);
    let args = [
        "--server",
        script.url(),
        "apply",
        "-f",
        "app.yaml",
        "--wait",
        "--timeout",
        "300ms",
    ];
    let run = folder().kubemin(&args);
    assert_eq!(run.code, 4);
    assert!(
        text(&run.stderr).contains("waits for ConfigMap/conf: 1 of 2 pods"),
        "{}",
        text(&run.stderr)
    );
}

#[test]
fn faults_that_the_server_finds_stand_at_their_place_in_the_file() {
    let problem = json!({"type": "", "title": "", "status": 422, "code": "invalid-document", "detail": "no", "traceId": "",
        "errors": [{"path": "components[0].properties.conf", "code": "x", "message": "is not liked"}]});
    let script = Script::start([("POST /api/v1/applications", Answer::json(422, problem))]);
    let run = folder().kubemin(&["--server", script.url(), "apply", "-f", "app.yaml"]);
    assert_eq!(run.code, 2);
    assert!(
        text(&run.stderr).contains("app.yaml:2:54: components[0].properties.conf: is not liked"),
        "{}",
        text(&run.stderr)
    );
}

#[test]
fn nothing_is_sent_when_one_of_the_files_is_invalid() {
    let script = Script::start([]);
    let folder = Folder::new();
    folder.write("apps/a.yaml", APP);
    folder.write(
        "apps/b.yaml",
        "name: x\ncomponents: [{name: a, type: webservice}]\n",
    );
    let run = folder.kubemin(&["--server", script.url(), "apply", "-f", "apps"]);
    assert_eq!(run.code, 2);
    assert!(script.requests().is_empty());
}

#[test]
fn exit_codes_tell_no_from_not_allowed_from_not_reached() {
    let problem = |status: u16| {
        Answer::json(
            status,
            json!({"type": "", "title": "no", "status": status, "code": "c", "detail": "no", "traceId": ""}),
        )
    };
    for (status, code) in [(409, 1), (401, 3), (403, 3), (500, 3), (400, 2)] {
        let script = Script::start([("POST /api/v1/applications", problem(status))]);
        let run = folder().kubemin(&["--server", script.url(), "apply", "-f", "app.yaml"]);
        assert_eq!(run.code, code, "{status}");
    }
    let script = Script::start([
        (
            "GET /api/v1/applications?name=nowhere&limit=10",
            Answer::json(200, json!({"applications": []})),
        ),
        ("GET /api/v1/applications/nowhere", problem(404)),
    ]);
    let run = folder().kubemin(&["--server", script.url(), "status", "nowhere"]);
    assert_eq!(run.code, 1);
    assert!(
        text(&run.stderr).contains("there is no application nowhere"),
        "{}",
        text(&run.stderr)
    );
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let run = folder().kubemin(&["--server", "http://127.0.0.1:9", "list"]);
    assert_eq!(run.code, 3);
    assert!(text(&run.stderr).contains("127.0.0.1:9"));
}

#[test]
fn an_answer_that_is_none_of_ours_is_told() {
    let script = Script::start([("GET /api/v1/applications?limit=100", Answer::text("<html>"))]);
    let run = folder().kubemin(&["--server", script.url(), "list"]);
    assert_eq!(run.code, 3);
    assert!(
        text(&run.stderr).contains("is this address a kubemin server?"),
        "{}",
        text(&run.stderr)
    );
}

#[test]
fn the_token_and_the_namespace_of_a_context_are_sent() {
    let script = Script::start([(
        "GET /api/v1/applications?limit=100&namespace=team",
        Answer::json(200, json!({"applications": []})),
    )]);
    let folder = Folder::new();
    let config = format!(
        "currentContext: x\ncontexts: {{x: {{server: '{}', token: s3cret, namespace: team}}}}\n",
        script.url()
    );
    folder.write(".config/kubemin/config.yaml", &config);
    let run = folder.kubemin(&["list"]);
    assert_eq!(run.code, 0, "{}", text(&run.stderr));
    assert_eq!(script.requests()[0].authorization, "Bearer s3cret");
}

#[test]
fn a_deletion_that_nobody_confirms_is_none() {
    let list = json!({"applications": [{"id": "a1", "name": "shop", "namespace": "default", "alias": "", "version": "", "project": "",
        "description": "", "icon": "", "revision": 1, "phase": "Running", "components": 1, "workflowId": "", "templateEnabled": false,
        "createTime": "", "updateTime": ""}]});
    let plan = json!({"id": "a1", "name": "shop", "namespace": "default", "purgeData": false, "items": [
        {"kind": "PersistentVolumeClaim", "namespace": "default", "name": "pvc-data", "component": "db", "action": "keep", "why": "data is kept"}]});
    let script = Script::start([
        (
            "GET /api/v1/applications?name=shop&limit=10",
            Answer::json(200, list),
        ),
        (
            "DELETE /api/v1/applications/a1?plan=true",
            Answer::json(200, plan),
        ),
    ]);
    let run = folder().kubemin(&["--server", script.url(), "delete", "shop"]);
    assert_eq!(run.code, 2);
    assert!(
        text(&run.stdout).contains("keep    PersistentVolumeClaim/pvc-data"),
        "{}",
        text(&run.stdout)
    );
    assert!(text(&run.stderr).contains("--yes"));
    assert_eq!(script.requests().len(), 2);
}

#[test]
fn a_server_that_has_too_much_to_do_is_asked_again() {
    let busy = json!({"type": "", "title": "", "status": 429, "code": "busy", "detail": "too many requests", "traceId": ""});
    let script = Script::start([
        (
            "GET /api/v1/applications?limit=100",
            Answer::json(429, busy),
        ),
        (
            "GET /api/v1/applications?limit=100",
            Answer::json(200, json!({"applications": []})),
        ),
    ]);
    let run = folder().kubemin(&["--server", script.url(), "list"]);
    assert_eq!(run.code, 0, "{}", text(&run.stderr));
    assert_eq!(script.requests().len(), 2);
}
