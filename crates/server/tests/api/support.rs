//! A server for one test: a database of its own, a cluster that does not answer or the real one.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use kubemin_cluster::KubeCluster;
use kubemin_engine::{Engine, EngineSettings, Parts};
use kubemin_objects::ClusterFacts;
use kubemin_ports::{Clock, Cluster, Store, SystemClock};
use kubemin_server::{Access, AppState, Core, Limits, Tokens, router};
use kubemin_store::{Options, SqlStore};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

pub const TOKEN: &str = "kmt_a-token-for-tests-only";

/// What an answer was.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|fault| panic!("{fault} in {}", self.text))
    }

    /// The answer's JSON, when the status is the expected one.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }
}

/// How the server is made.
pub struct Setup {
    pub access: Access,
    pub limits: Limits,
    pub kubeconfig: Option<PathBuf>,
    pub engine: EngineSettings,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            access: loopback(&[]),
            limits: Limits::default(),
            kubeconfig: None,
            engine: EngineSettings::default(),
        }
    }
}

pub fn loopback(origins: &[&str]) -> Access {
    let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    Access::new(
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        Tokens::of(&[TOKEN]),
        origins,
    )
}

pub fn public() -> Access {
    Access::new(
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Tokens::of(&[TOKEN]),
        Vec::new(),
    )
}

pub struct Server {
    pub router: Router,
    pub state: AppState,
    pub core: Core,
    _folder: TempDir,
}

impl Server {
    pub async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    pub async fn with(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = setup
            .kubeconfig
            .unwrap_or_else(|| silent_cluster(folder.path()));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store: Arc<dyn Store> = Arc::new(
            SqlStore::open(Options::in_folder(folder.path().join("data")))
                .await
                .unwrap(),
        );
        let facts = ClusterFacts {
            hash_key: vec![7; 32],
            ..setup.engine.facts.clone()
        };
        let options = kubemin_cluster::Options {
            kubeconfig: Some(kubeconfig),
            hash_key: facts.hash_key.clone(),
            ..kubemin_cluster::Options::default()
        };
        let cluster: Arc<dyn Cluster> = KubeCluster::connect(options).await.unwrap();
        let engine = Engine::start(Parts {
            store: Arc::clone(&store),
            cluster: Arc::clone(&cluster),
            clock: Arc::clone(&clock),
            settings: EngineSettings {
                facts: facts.clone(),
                ..setup.engine
            },
            replicas: None,
        });
        let core = Core {
            store,
            cluster,
            engine,
            clock,
            facts,
        };
        let state = AppState::new(setup.access, setup.limits);
        state.open(core.clone());
        Self {
            router: router(state.clone()),
            state,
            core,
            _folder: folder,
        }
    }

    /// Sends a request; `headers` may override `Host` and `Content-Type`.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path);
        let given = |name: &str| {
            headers
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        if !given("host") {
            request = request.header("host", "127.0.0.1:8080");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(
            "POST",
            path,
            &[("content-type", "application/json")],
            body.to_string(),
        )
        .await
    }

    pub async fn put(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let all: Vec<_> = headers
            .iter()
            .copied()
            .chain([("content-type", "application/json")])
            .collect();
        self.send("PUT", path, &all, body.to_string()).await
    }

    /// Stores a document without deploying it; answers its id.
    pub async fn stored(&self, document: &Value) -> String {
        let stored = self
            .post("/api/v1/applications?execute=false", document)
            .await
            .expect(201);
        stored["id"].as_str().unwrap().to_owned()
    }
}

/// A kubeconfig for an address at which nobody listens.
fn silent_cluster(folder: &Path) -> PathBuf {
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "none",
        "clusters": [{"name": "none", "cluster": {"server": "https://127.0.0.1:9"}}],
        "users": [{"name": "none", "user": {"token": "none"}}],
        "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
    });
    let path = folder.join("kubeconfig");
    std::fs::write(&path, config.to_string()).unwrap();
    path
}

/// A small application.
pub fn shop(name: &str) -> Value {
    json!({"name": name, "namespace": "kms-shop", "components": [
        {"name": "web", "type": "webservice", "image": "nginx:1.21", "replicas": 2, "properties": {"ports": [{"port": 8080}]}},
        {"name": "conf", "type": "config", "properties": {"conf": {"a": "b"}}}]})
}

/// Waits for a condition; the panic names it.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> F,
) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
