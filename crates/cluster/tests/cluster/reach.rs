//! Reaching the API server: without an answer, over a connection that breaks, with few rights.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use k8s_openapi::api::authentication::v1::TokenRequest;
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::api::{Api, PostParams};
use kubemin_cluster::{KubeCluster, Options};
use kubemin_objects::Kind;
use kubemin_ports::{ApplyOptions, Cluster, ClusterError};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

use crate::testbed::{Bed, in_namespace, options, until};

/// A kubeconfig made of the one under test.
fn kubeconfig(change: impl FnOnce(&mut Value)) -> NamedTempFile {
    let text = std::fs::read_to_string(options().kubeconfig.unwrap()).unwrap();
    let mut config: Value = serde_saphyr::from_str(&text).unwrap();
    change(&mut config);
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), config.to_string()).unwrap();
    file
}

async fn connect(file: &NamedTempFile) -> Arc<KubeCluster> {
    let kubeconfig = Some(file.path().to_owned());
    KubeCluster::connect(Options {
        kubeconfig,
        ..options()
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connecting_waits_for_no_answer_and_calls_say_what_they_miss() {
    // Nobody listens on the discard port; the other port accepts and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = silent.local_addr().unwrap().port();
    for (port, word) in [
        (9, "refused"),
        (silent, "no answer to GET /version within 3 s"),
    ] {
        let file = kubeconfig(|config| {
            config["clusters"][0]["cluster"] =
                json!({"server": format!("http://127.0.0.1:{port}")});
        });
        let begun = Instant::now();
        let cluster = connect(&file).await;
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
        let fault = cluster.version().await.unwrap_err();
        assert!(matches!(&fault, ClusterError::Unavailable(_)), "{fault}");
        assert!(fault.to_string().contains(word), "{fault}");
        assert!(!cluster.synced());
    }
}

/// Passes bytes on to the API server while it is open; closing it cuts every connection.
struct Line {
    address: SocketAddr,
    open: Arc<AtomicBool>,
}

impl Line {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let open = Arc::new(AtomicBool::new(true));
        let state = Arc::clone(&open);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (state, server) = (Arc::clone(&state), server.clone());
                tokio::spawn(async move {
                    let cut = async {
                        while state.load(Ordering::Relaxed) {
                            tokio::time::sleep(Duration::from_millis(10)).await;
                        }
                    };
                    let pass = async {
                        let mut far = TcpStream::connect(&server).await?;
                        copy_bidirectional(&mut near, &mut far).await
                    };
                    tokio::select! { () = cut => {}, _ = pass => {} }
                });
            }
        });
        Self { address, open }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_while_the_line_was_cut_is_caught_up() {
    in_namespace("line", |bed| async move {
        let text = std::fs::read_to_string(options().kubeconfig.unwrap()).unwrap();
        let config: Value = serde_saphyr::from_str(&text).unwrap();
        let server = config["clusters"][0]["cluster"]["server"].as_str().unwrap();
        let server = server.trim_start_matches("https://").to_owned();
        let line = Line::to(server.clone()).await;
        let file = kubeconfig(|config| {
            let cluster = &mut config["clusters"][0]["cluster"];
            cluster["server"] = format!("https://{}", line.address).into();
            cluster["tls-server-name"] = server.rsplit_once(':').unwrap().0.into();
        });
        let far = connect(&file).await;
        let make = |name: &str| {
            bed.workload(
                Kind::Deployment,
                name,
                json!({"image": "nginx:1.27"}),
                json!({"replicas": 0}),
            )
        };
        let (before, meanwhile) = (make("before"), make("meanwhile"));
        bed.apply(&before).await;
        until("the first Deployment", || far.workload(&before.key)).await;

        line.open.store(false, Ordering::Relaxed);
        until("the line to be cut", || line_is_dead(&line).then_some(())).await;
        bed.apply(&meanwhile).await;
        bed.cluster.delete(&before.key, "").await.unwrap();
        assert!(far.workload(&before.key).is_some() && far.workload(&meanwhile.key).is_none());
        let soon = tokio::time::timeout(
            Duration::from_secs(11),
            far.read(std::slice::from_ref(&before.key)),
        );
        assert!(matches!(
            soon.await.unwrap(),
            Err(ClusterError::Unavailable(_))
        ));

        line.open.store(true, Ordering::Relaxed);
        until("the second Deployment", || far.workload(&meanwhile.key)).await;
        until("the first to be forgotten", || {
            far.workload(&before.key).is_none().then_some(())
        })
        .await;
        until("every watch to be back", || far.synced().then_some(())).await;
        assert!(far.version().await.unwrap().starts_with('v'));
    })
    .await;
}

/// A cut line closes what is accepted at once.
fn line_is_dead(line: &Line) -> bool {
    use std::io::Read;
    let Ok(mut stream) = std::net::TcpStream::connect(line.address) else {
        return true;
    };
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    matches!(stream.read(&mut [0]), Ok(0) | Err(_)) && !line.open.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_rights_in_one_namespace_that_one_is_watched() {
    in_namespace("rights", |bed| async move {
        let token = token_for_watching(&bed).await;
        let file = kubeconfig(|config| {
            config["users"][0]["user"] = json!({ "token": token });
            config["contexts"][0]["context"]["namespace"] = bed.namespace.clone().into();
        });
        let limited = connect(&file).await;
        until("the listings of the namespace", || {
            limited.synced().then_some(())
        })
        .await;
        let web = bed.workload(
            Kind::Deployment,
            "web",
            json!({"image": "nginx:1.27"}),
            json!({"replicas": 0}),
        );
        bed.apply(&web).await;
        until("the Deployment", || limited.workload(&web.key)).await;
        let refused = limited
            .apply(&web, None, ApplyOptions::default())
            .await
            .unwrap_err();
        assert!(
            matches!(&refused, ClusterError::Refused { reason, .. } if reason == "Forbidden"),
            "{refused}"
        );
    })
    .await;
}

async fn token_for_watching(bed: &Bed) -> String {
    bed.apply(&bed.object(Kind::ServiceAccount, "watcher", json!({})))
        .await;
    let may = ["get", "list", "watch"];
    let rule = |group: &str, resources: &[&str]| json!({"apiGroups": [group], "resources": resources, "verbs": may});
    let rules = [
        rule("", &["pods"]),
        rule("apps", &["deployments", "statefulsets"]),
        rule("batch", &["jobs"]),
    ];
    bed.apply(&bed.object(Kind::Role, "watcher", json!({ "rules": rules })))
        .await;
    let binding = json!({
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "watcher"},
        "subjects": [{"kind": "ServiceAccount", "name": "watcher", "namespace": bed.namespace}]});
    bed.apply(&bed.object(Kind::RoleBinding, "watcher", binding))
        .await;
    let accounts: Api<ServiceAccount> = Api::namespaced(bed.client.clone(), &bed.namespace);
    let request: TokenRequest = serde_json::from_value(json!({"spec": {"audiences": []}})).unwrap();
    let answer = accounts
        .create_token_request("watcher", &PostParams::default(), &request)
        .await
        .unwrap();
    answer.status.unwrap().token
}
