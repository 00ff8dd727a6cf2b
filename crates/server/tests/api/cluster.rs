//! Through the API on a real cluster.

use std::path::PathBuf;
use std::time::Duration;

use axum::body::Body;
use kubemin_engine::EngineSettings;
use serde_json::{Value, json};

use crate::streams::open;
use crate::support::{Server, Setup, eventually};

/// A namespace of its own, made and deleted through the API server.
pub struct Namespace {
    pub name: String,
    kubeconfig: PathBuf,
}

impl Namespace {
    pub fn make(name: &str) -> Self {
        let kubeconfig = std::env::var_os("KUBECONFIG")
            .expect("KUBECONFIG is not set: run `make cluster` first");
        let name = format!("kms-{name}-{}", std::process::id());
        let namespace = Self {
            name,
            kubeconfig: PathBuf::from(kubeconfig),
        };
        namespace.kubectl(&["create", "namespace", &namespace.name]);
        namespace
    }

    pub fn kubectl(&self, arguments: &[&str]) -> String {
        let program = std::env::var("KUBECTL").unwrap_or_else(|_| "kubectl".to_owned());
        let output = std::process::Command::new(program)
            .env("KUBECONFIG", &self.kubeconfig)
            .args(arguments)
            .output()
            .expect("kubectl runs; its folder must be in PATH");
        assert!(
            output.status.success(),
            "kubectl {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("text")
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        self.kubectl(&["delete", "namespace", &self.name, "--wait=false"]);
    }
}

pub async fn server(namespace: &Namespace) -> Server {
    server_with(namespace, EngineSettings::default()).await
}

pub async fn server_with(namespace: &Namespace, engine: EngineSettings) -> Server {
    let server = Server::with(Setup {
        kubeconfig: Some(namespace.kubeconfig.clone()),
        engine,
        ..Setup::default()
    })
    .await;
    eventually(
        "the watches have listed",
        Duration::from_secs(20),
        || async { server.core.cluster.synced().then_some(()) },
    )
    .await;
    server
}

/// Follows a task to its end.
pub async fn finished(server: &Server, task: &Value) -> Value {
    let mut stream = open(
        server,
        &format!(
            "/api/v1/workflow/tasks/{}/stream",
            task.as_str().expect("a task")
        ),
    )
    .await;
    let mut last = Value::Null;
    while let Some((_, next)) = stream.next().await {
        last = next;
    }
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deployed_explained_stopped_and_deleted() {
    let namespace = Namespace::make("life");
    let server = server(&namespace).await;
    let document = json!({"name": "life", "namespace": namespace.name, "components": [
        {"name": "web", "type": "webservice", "image": "nginx:1.21", "replicas": 1,
         "properties": {"ports": [{"port": 8080}], "command": ["sh", "-c", "echo hello-from-web; sleep 3600"]}},
        {"name": "pass", "type": "secret", "properties": {"secret": {"PASSWORD": "c4nary-in-cluster"}}}]});
    let plan = server
        .post("/api/v1/applications/plan", &document)
        .await
        .expect(200);
    assert_eq!(plan["application"], "life");
    assert!(
        plan["changes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|change| change["action"] == "create"),
        "{plan}"
    );
    let created = server
        .post("/api/v1/applications", &document)
        .await
        .expect(202);
    let task = finished(&server, &created["taskId"]).await;
    assert_eq!(task["state"], "completed", "{task}");
    let app = format!("/api/v1/applications/{}", created["id"].as_str().unwrap());
    let status = eventually("the application runs", Duration::from_secs(20), || async {
        Some(server.get(&format!("{app}/status")).await.expect(200))
            .filter(|status| status["phase"] == "Running")
    })
    .await;
    assert_eq!(
        (
            &status["components"][0]["readyReplicas"],
            &status["task"]["state"]
        ),
        (&json!(1), &json!("completed"))
    );
    assert_eq!(
        server
            .post(&format!("{app}/diff"), &document)
            .await
            .expect(200)["different"],
        false
    );
    let mut changed = document.clone();
    changed["components"][1]["properties"]["secret"]["PASSWORD"] = json!("c4nary-another");
    let diff = server.post(&format!("{app}/diff"), &changed).await;
    assert!(
        !diff.text.contains("c4nary") && diff.json()["different"] == true,
        "{}",
        diff.text
    );
    let why = server
        .get(&format!("{app}/why?component=web"))
        .await
        .expect(200);
    assert_eq!(
        (
            &why["components"][0]["cause"],
            &why["components"][0]["pods"][0]["ready"]
        ),
        (&Value::Null, &json!(true)),
        "{why}"
    );
    let tree = server.get(&format!("{app}/tree")).await.expect(200);
    assert!(tree.to_string().contains("\"ready\":\"1/1\""), "{tree}");
    let logs = server
        .get(&format!("{app}/logs?component=web&tail=10"))
        .await;
    assert!(logs.text.contains("/web: hello-from-web"), "{}", logs.text);
    let events = server.get(&format!("{app}/events")).await;
    assert!(
        events.text.contains("kubernetes") && !events.text.contains("c4nary"),
        "{}",
        events.text
    );
    let stop = server
        .post(&format!("{app}/stop"), &json!({}))
        .await
        .expect(202);
    assert_eq!(
        finished(&server, &stop["taskId"]).await["state"],
        "completed"
    );
    eventually(
        "the application is stopped",
        Duration::from_secs(30),
        || async {
            Some(server.get(&format!("{app}/status")).await.expect(200))
                .filter(|status| status["phase"] == "Stopped")
        },
    )
    .await;
    let planned = server
        .send("DELETE", &format!("{app}?plan=true"), &[], Body::empty())
        .await
        .expect(200);
    assert!(
        planned["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["kind"] == "Deployment" && item["action"] == "delete"),
        "{planned}"
    );
    let deleted = server
        .send("DELETE", &app, &[], Body::empty())
        .await
        .expect(202);
    assert_eq!(
        finished(&server, &deleted["taskId"]).await["state"],
        "completed"
    );
    eventually(
        "the application is gone",
        Duration::from_secs(10),
        || async { (server.get(&app).await.status == 404).then_some(()) },
    )
    .await;
    let left = namespace.kubectl(&[
        "get",
        "deployment,secret,service",
        "-n",
        &namespace.name,
        "-o",
        "name",
        "-l",
        "kube-min-cli-appId",
    ]);
    assert_eq!(left, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_told_with_its_cause() {
    let namespace = Namespace::make("fail");
    let server = server(&namespace).await;
    let document = json!({"name": "broken", "namespace": namespace.name, "components": [
        {"name": "web", "type": "webservice", "image": "nginx:1.21", "traits": {"envFrom": [{"type": "configMap", "sourceName": "nowhere-conf"}]}}]});
    let created = server
        .post("/api/v1/applications", &document)
        .await
        .expect(202);
    let task = finished(&server, &created["taskId"]).await;
    assert_eq!(task["state"], "failed", "{task}");
    assert!(task.to_string().contains("nowhere-conf"), "{task}");
    let app = format!("/api/v1/applications/{}", created["id"].as_str().unwrap());
    let why = server.get(&format!("{app}/why")).await.expect(200);
    assert!(
        why["components"][0]["cause"]
            .to_string()
            .contains("nowhere-conf"),
        "{why}"
    );
    namespace.kubectl(&["create", "configmap", "nowhere-conf", "-n", &namespace.name]);
    eventually(
        "the kubelet has tried again",
        Duration::from_secs(60),
        || async {
            let why = server.get(&format!("{app}/why")).await.expect(200);
            (why["components"][0]["pods"][0]["ready"] == true).then_some(())
        },
    )
    .await;
    let retried = server
        .post(&format!("{app}/workflow/retry"), &json!({}))
        .await
        .expect(202);
    assert_ne!(retried["taskId"], created["taskId"]);
    let task = finished(&server, &retried["taskId"]).await;
    assert_eq!(task["state"], "completed", "{task}");
}
