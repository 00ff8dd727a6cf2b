//! Redis with a password and over TLS.

use kubemin_backing::redis::Redis as Server;
use kubemin_ports::{Queue, QueueError};
use kubemin_queue::redis::{Redis, RedisSettings};
use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::redis::{settings, with};
use crate::wait::{hints, publish, take_all, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_password_opens_and_a_wrong_one_is_called_a_refusal() {
    let redis = with(&["--requirepass", "correct-horse"]).await;
    let open = |password: Option<&str>| {
        Redis::start(RedisSettings {
            password: password.map(str::to_owned),
            ..settings(redis.port(), "one")
        })
        .unwrap()
    };
    let queue = open(Some("correct-horse"));
    publish(&queue, &hints("task", 3)).await;
    take_all(&queue, &hints("task", 3)).await;
    for wrong in [None, Some("battery-staple")] {
        let queue = open(wrong);
        for refused in [queue.publish(&hints("t", 1)).await, queue.health().await] {
            let Err(QueueError::Refused(said)) = refused else {
                panic!("{wrong:?}: {refused:?}");
            };
            assert!(!said.contains("battery-staple"), "{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_and_a_strange_certificate_is_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (pem, key) = (
        file("cert.pem", cert.pem()),
        file("key.pem", signing_key.serialize_pem()),
    );
    let options = [
        ["--port", "0"],
        ["--tls-port", "PORT"],
        ["--tls-cert-file", &pem],
        ["--tls-key-file", &key],
        ["--tls-auth-clients", "no"],
    ];
    let server = Server::start_with(&folder.path().join("redis"), &options.concat()).unwrap();
    let open = |ca: Option<Vec<u8>>| {
        Redis::start(RedisSettings {
            tls: true,
            ca,
            ..settings(server.port(), "one")
        })
        .unwrap()
    };
    let queue = open(Some(cert.pem().into_bytes()));
    publish(&queue, &hints("task", 3)).await;
    take_all(&queue, &hints("task", 3)).await;
    let strange = open(None);
    until("the certificate is doubted", || async {
        match strange.health().await {
            Err(error) => error.to_string().to_lowercase().contains("certificate"),
            Ok(()) => panic!("trusted"),
        }
    })
    .await;
}
