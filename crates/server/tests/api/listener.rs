//! A real listener: start, TLS, slow callers, end.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use kubemin_server::config::{Inputs, resolve};
use kubemin_server::{RunError, run_until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::eventually;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<(), RunError>>,
}

fn free_address(ip: &str) -> SocketAddr {
    std::net::TcpListener::bind((ip, 0))
        .unwrap()
        .local_addr()
        .unwrap()
}

fn start(folder: &Path, address: SocketAddr, more: &[(&str, &str)]) -> Running {
    let mut flags = vec![
        ("bind-addr".to_owned(), address.to_string()),
        (
            "data-dir".to_owned(),
            folder.join("data").display().to_string(),
        ),
        (
            "kubeconfig".to_owned(),
            folder.join("none").display().to_string(),
        ),
    ];
    flags.extend(
        more.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let resolution = resolve(&Inputs {
        flags,
        ..Inputs::default()
    });
    assert_eq!(resolution.faults, []);
    let (stop, told) = oneshot::channel();
    let ended = tokio::spawn(run_until(resolution.settings, async {
        let _ = told.await;
    }));
    Running {
        address,
        stop,
        ended,
    }
}

async fn get(address: SocketAddr, path: &str, header: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{header}\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    Some(answer)
}

async fn ready(address: SocketAddr, header: &str) {
    eventually("requests are served", Duration::from_secs(10), || async {
        get(address, "/api/v1/applications", header)
            .await
            .filter(|answer| answer.starts_with("HTTP/1.1 200"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_answered_at_once_and_the_end_is_quick() {
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let running = start(folder.path(), free_address("127.0.0.1"), &[]);
    let address = running.address;
    let health = eventually("health is answered", Duration::from_secs(5), || {
        get(address, "/healthz", "")
    })
    .await;
    println!("first answer after {:?}", started.elapsed());
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    ready(running.address, "").await;
    let mut waiting = TcpStream::connect(running.address).await.unwrap();
    waiting.write_all(b"GET /").await.unwrap();
    let told = Instant::now();
    running.stop.send(()).unwrap();
    running.ended.await.unwrap().unwrap();
    assert!(
        told.elapsed() < Duration::from_secs(2),
        "it took {:?}",
        told.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_never_ends_its_headers_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path(), free_address("127.0.0.1"), &[]);
    ready(running.address, "").await;
    let mut slow = TcpStream::connect(running.address).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let cut = tokio::time::timeout(Duration::from_secs(15), slow.read_to_end(&mut rest)).await;
    assert!(cut.is_ok(), "the connection is still open after 15 s");
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    running.stop.send(()).unwrap();
    running.ended.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_loopback_a_token_is_made_and_kept_for_oneself() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path(), free_address("0.0.0.0"), &[]);
    let path = folder.path().join("data/token");
    let token = eventually("the token is made", Duration::from_secs(5), || async {
        std::fs::read_to_string(&path).ok()
    })
    .await;
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let header = format!("Authorization: Bearer {}\r\n", token.trim());
    ready(running.address, &header).await;
    let answer = get(running.address, "/api/v1/applications", "")
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    running.stop.send(()).unwrap();
    running.ended.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_spoken_when_a_certificate_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let (cert, key) = (cert.display().to_string(), key.display().to_string());
    let running = start(
        folder.path(),
        free_address("127.0.0.1"),
        &[("tls-cert", &cert), ("tls-key", &key)],
    );
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let trusted = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([trusted])
        .build()
        .unwrap();
    let url = format!("https://localhost:{}/healthz", running.address.port());
    let status = eventually("health over TLS", Duration::from_secs(10), || async {
        client.get(&url).send().await.ok()
    })
    .await
    .status();
    assert_eq!(status, 200);
    let plain = get(running.address, "/healthz", "")
        .await
        .unwrap_or_default();
    assert!(!plain.contains("200 OK"), "{plain}");
    running.stop.send(()).unwrap();
    running.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_taken_address_and_half_a_certificate_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let running = start(folder.path(), taken.local_addr().unwrap(), &[]);
    let fault = running.ended.await.unwrap().unwrap_err().to_string();
    assert!(fault.contains("cannot listen on 127.0.0.1"), "{fault}");
}
