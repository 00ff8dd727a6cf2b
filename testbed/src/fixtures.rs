//! The ConfigMaps and Secrets that the manual's examples refer to but do not create.

use serde_json::{Value, json};

use crate::certificates::self_signed;
use crate::error::Result;
use crate::kubectl::Kubectl;

/// Applies the fixtures to a namespace, which is made when it is missing.
///
/// # Errors
/// When an object is refused.
pub fn apply(kubectl: &Kubectl, namespace: &str) -> Result<()> {
    kubectl.apply(&[
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
    ])?;
    kubectl.apply(&objects(namespace)?)
}

fn objects(namespace: &str) -> Result<Vec<Value>> {
    let config = |name: &str, data: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data});
    let secret = |name: &str, kind: &str, data: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}, "type": kind, "stringData": data});
    let certificate = |name: &str, host: &str| -> Result<Value> {
        let made = self_signed(&[host])?;
        Ok(secret(
            name,
            "kubernetes.io/tls",
            json!({"tls.crt": made.certificate, "tls.key": made.key}),
        ))
    };
    Ok(vec![
        config(
            "app-config",
            json!({
                "DATABASE_HOST": "mysql.default.svc",
                "DATABASE_PORT": "3306",
                "LOG_FORMAT": "json",
                "database_url": "mysql://mysql.default.svc:3306/app",
            }),
        ),
        config(
            "my-configmap",
            json!({"application.properties": "greeting=hello\n", "log.level": "info"}),
        ),
        config("envoy-configmap", json!({"envoy.yaml": ENVOY})),
        config(
            "db-config",
            json!({"host": "mysql.default.svc", "port": "3306", "name": "app"}),
        ),
        config("feature-flags", json!({"dark-mode": "true"})),
        secret(
            "db-credentials",
            "Opaque",
            json!({"username": "app", "password": "testbed-database"}),
        ),
        secret("api-secrets", "Opaque", json!({"key": "testbed-api-key"})),
        secret(
            "app-secrets",
            "Opaque",
            json!({"API_TOKEN": "testbed-token", "SESSION_KEY": "testbed-session"}),
        ),
        certificate("tls-secret", "secure.example.com")?,
        certificate("wildcard-tls", "*.example.com")?,
    ])
}

const ENVOY: &str = "\
admin:
  address:
    socket_address: {address: 0.0.0.0, port_value: 9901}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_every_key_that_the_manual_reads() {
        let objects = objects("n").unwrap();
        let find = |name: &str| {
            objects
                .iter()
                .find(|object| object["metadata"]["name"] == name)
                .unwrap()
        };
        assert!(find("app-config")["data"]["database_url"].is_string());
        assert!(find("db-config")["data"]["host"].is_string());
        assert!(find("db-credentials")["stringData"]["password"].is_string());
        assert!(find("api-secrets")["stringData"]["key"].is_string());
        assert!(find("envoy-configmap")["data"]["envoy.yaml"].is_string());
        assert!(
            find("tls-secret")["stringData"]["tls.crt"]
                .as_str()
                .unwrap()
                .contains("BEGIN CERTIFICATE")
        );
        for object in &objects {
            assert_eq!(object["metadata"]["namespace"], "n");
        }
    }
}
