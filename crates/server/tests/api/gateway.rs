//! The trait `expose` on the real Gateway API: the definitions of its standard channel, in a real API server.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use kubemin_engine::EngineSettings;
use kubemin_objects::ClusterFacts;
use serde_json::{Value, json};

use crate::cluster::{Namespace, finished, server_with};
use crate::support::{Server, eventually};

/// Its releases are Go modules (<https://gateway-api.sigs.k8s.io/concepts/versioning/>).
const GATEWAY_API: &str = "sigs.k8s.io/gateway-api@v1.4.0";
const ROUTES: &str = "httproutes.gateway.networking.k8s.io";

/// The folder with the definitions; fetched once.
fn definitions() -> PathBuf {
    let home = std::env::home_dir().expect("a home folder");
    let output = Command::new("go")
        .args(["mod", "download", "-json", GATEWAY_API])
        .env("GOMODCACHE", home.join(".cache/kubemin/gateway-api/mod"))
        .env("GOFLAGS", "-mod=mod")
        .current_dir(std::env::temp_dir())
        .output()
        .expect("go runs; its folder must be in PATH");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("an answer of go");
    let folder = answer["Dir"]
        .as_str()
        .unwrap_or_else(|| panic!("go mod download: {answer}"));
    PathBuf::from(folder).join("config/crd/standard")
}

/// The Gateway API of the cluster, which is without one before and after.
struct GatewayApi<'a> {
    namespace: &'a Namespace,
    folder: String,
}

impl<'a> GatewayApi<'a> {
    fn absent(namespace: &'a Namespace) -> Self {
        let folder = definitions().to_str().unwrap().to_owned();
        let api = Self { namespace, folder };
        api.remove();
        api
    }

    fn install(&self) {
        let kubectl = |arguments: &[&str]| self.namespace.kubectl(arguments);
        kubectl(&["apply", "--server-side", "-f", &self.folder]);
        let definition = format!("crd/{ROUTES}");
        kubectl(&[
            "wait",
            "--for=condition=Established",
            &definition,
            "--timeout=30s",
        ]);
    }

    fn remove(&self) {
        let gone = ["delete", "--ignore-not-found", "-f", &self.folder];
        self.namespace.kubectl(&gone);
    }
}

impl Drop for GatewayApi<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}

async fn server(namespace: &Namespace) -> Server {
    let facts = ClusterFacts {
        gateway_api: true,
        gateway: Some("infra/public".to_owned()),
        ..ClusterFacts::default()
    };
    let engine = EngineSettings {
        facts,
        ..EngineSettings::default()
    };
    server_with(namespace, engine).await
}

/// Hosts, paths of both types, both rewrites, weights, a gateway of its own, certificates.
fn application(namespace: &str) -> Value {
    let component = |name: &str, expose: Value| {
        json!({"name": name, "type": "webservice", "image": "nginx:1.21", "replicas": 0,
            "properties": {"ports": [{"port": 80}]}, "traits": {"expose": expose}})
    };
    json!({"name": "routed", "namespace": namespace, "components": [
        {"name": "first", "type": "config", "properties": {"conf": {"a": "b"}}},
        component("plain", json!({"hosts": ["shop.example.com", "*.shop.example.com"], "routes": [{"path": "/"}]})),
        component("rewritten", json!({"hosts": ["api.example.com"], "gateway": "edge", "routes": [
            {"path": "/v1", "pathType": "Prefix", "rewrite": {"type": "prefix", "replacement": "/"}},
            {"path": "/health", "pathType": "Exact", "rewrite": {"type": "replace", "replacement": "/healthz"}}]})),
        component("weighted", json!({"routes": [
            {"path": "/", "weight": 90}, {"path": "/", "component": "plain", "weight": 10}]})),
        component("secured", json!({"hosts": ["pay.example.com"],
            "tls": [{"secretName": "pay-tls", "hosts": ["pay.example.com"]}], "routes": [{"path": "/"}]})),
    ]})
}

async fn deployed(server: &Server, document: &Value) -> Value {
    let created = server
        .post("/api/v1/applications", document)
        .await
        .expect(202);
    finished(server, &created["taskId"]).await
}

fn route(namespace: &Namespace, name: &str) -> Value {
    let arguments = ["get", ROUTES, name, "-n", &namespace.name, "-o", "json"];
    serde_json::from_str(&namespace.kubectl(&arguments)).unwrap()
}

/// Whether every value of `wanted` is in `live`; the API server adds defaults.
fn holds(live: &Value, wanted: &Value) -> bool {
    match (live, wanted) {
        (Value::Object(live), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, value)| live.get(key).is_some_and(|live| holds(live, value))),
        (Value::Array(live), Value::Array(wanted)) => {
            live.len() == wanted.len() && live.iter().zip(wanted).all(|(a, b)| holds(a, b))
        }
        _ => live == wanted,
    }
}

fn expected() -> [(&'static str, Value); 4] {
    let backend = |name: &str| json!({"name": name, "port": 80});
    let rewrite = |path: Value| json!([{"type": "URLRewrite", "urlRewrite": {"path": path}}]);
    let path = |kind: &str, value: &str| json!([{"path": {"type": kind, "value": value}}]);
    let root = || path("PathPrefix", "/");
    let public = json!([{"namespace": "infra", "name": "public"}]);
    [
        (
            "plain",
            json!({"hostnames": ["shop.example.com", "*.shop.example.com"], "parentRefs": public,
                "rules": [{"matches": root(), "backendRefs": [backend("plain")]}]}),
        ),
        (
            "rewritten",
            json!({"hostnames": ["api.example.com"], "parentRefs": [{"name": "edge"}], "rules": [
                {"matches": path("PathPrefix", "/v1"), "backendRefs": [backend("rewritten")],
                 "filters": rewrite(json!({"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}))},
                {"matches": path("Exact", "/health"), "backendRefs": [backend("rewritten")],
                 "filters": rewrite(json!({"type": "ReplaceFullPath", "replaceFullPath": "/healthz"}))}]}),
        ),
        (
            "weighted",
            json!({"parentRefs": public, "rules": [{"matches": root(), "backendRefs": [
                {"name": "weighted", "port": 80, "weight": 90}, {"name": "plain", "port": 80, "weight": 10}]}]}),
        ),
        (
            "secured",
            json!({"hostnames": ["pay.example.com"], "parentRefs": public,
                "rules": [{"matches": root(), "backendRefs": [backend("secured")]}]}),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn routes_are_refused_without_the_gateway_api_and_settle_with_it() {
    let namespace = Namespace::make("gateway");
    let api = GatewayApi::absent(&namespace);
    let document = application(&namespace.name);
    let server = server(&namespace).await;
    let refused = deployed(&server, &document).await;
    assert_eq!(
        (&refused["state"], &refused["reason"]),
        (&json!("rejected"), &json!("KindNotServed")),
        "{refused}"
    );
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains("HTTPRoute/") && message.contains("install the Gateway API"),
        "{message}"
    );
    let list = ["get", "configmap,service,deployment", "-o", "name"];
    let ours = ["-n", &namespace.name, "-l", "kube-min-cli-appId"];
    let written = namespace.kubectl(&[&list[..], &ours[..]].concat());
    assert_eq!(written, "", "nothing was written before the refusal");

    api.install();
    let task = eventually(
        "the server sees the Gateway API",
        Duration::from_secs(20),
        || async {
            Some(deployed(&server, &document).await).filter(|task| task["state"] != "rejected")
        },
    )
    .await;
    assert_eq!(task["state"], "completed", "{task}");
    let mut versions = Vec::new();
    for (name, wanted) in expected() {
        let live = route(&namespace, name);
        assert!(holds(&live["spec"], &wanted), "{name}: {}", live["spec"]);
        versions.push(live["metadata"]["resourceVersion"].clone());
    }
    let plan = server
        .post("/api/v1/applications/plan", &document)
        .await
        .expect(200);
    for change in plan["changes"].as_array().unwrap() {
        assert_eq!(change["action"], "unchanged", "{change}");
    }
    let again = deployed(&server, &document).await;
    assert_eq!(again["state"], "completed", "{again}");
    let after: Vec<Value> = expected()
        .iter()
        .map(|(name, _)| route(&namespace, name)["metadata"]["resourceVersion"].clone())
        .collect();
    assert_eq!(after, versions, "an unchanged route is not written again");
}
