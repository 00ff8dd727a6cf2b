//! How the cluster is reached.

use std::path::PathBuf;

/// Settings of the adapter. No `Debug`: it holds a key.
#[derive(Clone)]
pub struct Options {
    /// Kubeconfig file; `None` looks at `KUBECONFIG`, `~/.kube/config` and the pod's own account, in this order.
    pub kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig; its current one when `None`.
    pub context: Option<String>,
    /// The only namespace to watch. `None` watches all of them, or the context's own when rights allow no more.
    pub namespace: Option<String>,
    /// Key of the hashes that stand on Secrets, so that they tell nothing about the values.
    pub hash_key: Vec<u8>,
    /// Installation whose objects are watched (decision 6); all of the platform's when empty.
    pub installation: String,
    /// Version in the user agent `kubemin/<version>`.
    pub version: String,
    /// Requests a second (`--kube-api-qps`); not limited when `None`.
    pub qps: Option<f64>,
    /// Requests that may go at once before [`Self::qps`] holds (`--kube-api-burst`).
    pub burst: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            kubeconfig: None,
            context: None,
            namespace: None,
            hash_key: Vec::new(),
            installation: String::new(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            qps: None,
            burst: 1,
        }
    }
}
