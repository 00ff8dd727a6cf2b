//! Files that tell a client where the API server is and who the client is.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::certificates::{Authority, Credential};
use crate::error::{Context, Result};

/// Writes a kubeconfig with the certificates in it, readable by its owner only.
///
/// # Errors
/// When the file cannot be written.
pub fn write(
    path: &Path,
    cluster: &str,
    server: &str,
    authority: &Authority,
    credential: &Credential,
) -> Result<()> {
    let text = format!(
        "{:#}\n",
        document(cluster, server, authority.certificate(), credential)
    );
    let open = fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path);
    open.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .context(|| format!("writing {} failed", path.display()))
}

/// JSON is YAML, so the document needs no writer of its own.
fn document(cluster: &str, server: &str, authority: &str, credential: &Credential) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": cluster, "cluster": {"server": server, "certificate-authority-data": STANDARD.encode(authority)}}],
        "users": [{"name": cluster, "user": {
            "client-certificate-data": STANDARD.encode(&credential.certificate),
            "client-key-data": STANDARD.encode(&credential.key),
        }}],
        "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": cluster, "namespace": "default"}}],
        "current-context": cluster,
    })
}
