//! Kafka over TLS with a login.

use kubemin_backing::Kafka as Server;
use kubemin_backing::kafka::Secure;
use kubemin_ports::{Queue, QueueError};
use kubemin_queue::kafka::{Kafka, KafkaSettings, Sasl};
use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::kafka::settings;
use crate::wait::{hints, publish, take_all, until};

#[tokio::test(flavor = "multi_thread")]
async fn tls_and_every_login_open_and_a_wrong_password_or_certificate_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let ca = file("ca.pem", cert.pem());
    let pem = file(
        "broker.pem",
        format!("{}{}", signing_key.serialize_pem(), cert.pem()),
    );
    let secure = Secure {
        pem,
        username: "kubemin".to_owned(),
        password: "correct-horse".to_owned(),
    };
    let server = Server::start_with(&folder.path().join("kafka"), Some(&secure)).unwrap();
    let open = |mechanism: &str, password: &str, trusted: bool| {
        Kafka::start(KafkaSettings {
            tls: true,
            tls_ca: trusted.then(|| ca.clone()),
            sasl: Some(Sasl {
                mechanism: mechanism.to_owned(),
                username: "kubemin".to_owned(),
                password: password.to_owned(),
            }),
            ..settings(&server.secure_brokers(), mechanism, "one")
        })
        .unwrap()
    };
    for mechanism in ["PLAIN", "SCRAM-SHA-512"] {
        let queue = open(mechanism, "correct-horse", true);
        publish(&queue, &hints("task", 3)).await;
        take_all(&queue, &hints("task", 3)).await;
        queue.close().await;
        let wrong = open(mechanism, "battery-staple", true);
        until("the password is refused", || async {
            match wrong.health().await {
                Err(QueueError::Refused(said)) => {
                    assert!(!said.contains("battery-staple"), "{said}");
                    true
                }
                Err(_) => false,
                Ok(()) => panic!("a wrong password opened"),
            }
        })
        .await;
    }
    let strange = open("PLAIN", "correct-horse", false);
    until("the certificate is refused", || async {
        matches!(strange.health().await, Err(QueueError::Refused(_)))
    })
    .await;
}
