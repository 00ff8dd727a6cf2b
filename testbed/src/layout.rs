//! Where everything lies: what is built once in the user's cache, what a cluster is in `/var/lib`.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::name::ClusterName;
use crate::plan::NodePlan;

/// Root of all clusters' state; a cluster is the folder of its name.
pub const STATE_ROOT: &str = "/var/lib/kubemin-testbed";

/// Paths of one cluster.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
    name: ClusterName,
}

impl Layout {
    pub fn new(name: ClusterName) -> Self {
        Self {
            root: Path::new(STATE_ROOT).join(name.as_str()),
            name,
        }
    }

    pub fn name(&self) -> &ClusterName {
        &self.name
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Outside of the folder, which is removed while the lock is held.
    pub fn lock(&self) -> PathBuf {
        Path::new("/run").join(format!("kubemin-testbed-{}.lock", self.name))
    }

    pub fn record(&self) -> PathBuf {
        self.root.join("cluster.json")
    }

    pub fn kubeconfig(&self) -> PathBuf {
        self.root.join("kubeconfig")
    }

    pub fn audit_log(&self) -> PathBuf {
        self.root.join("logs/audit.log")
    }

    pub fn certificates(&self) -> PathBuf {
        self.root.join("pki")
    }

    pub fn parts(&self) -> PathBuf {
        self.root.join("parts")
    }

    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Archives that the registry serves and that every node imports.
    pub fn images(&self) -> PathBuf {
        self.root.join("images")
    }

    pub fn node(&self, node: NodePlan) -> PathBuf {
        self.root.join(node.name())
    }

    /// The cgroup of everything the cluster runs, relative to each controller's root.
    pub fn cgroup(&self) -> PathBuf {
        Path::new("kubemin-testbed").join(self.name.as_str())
    }
}

/// The folder with the sources of programs and the definitions of images.
pub fn sources() -> PathBuf {
    std::env::var_os("KUBEMIN_TESTBED_SOURCES")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

/// The cache of built programs and images.
///
/// # Errors
/// When neither `XDG_CACHE_HOME` nor `HOME` is set.
pub fn cache() -> Result<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(home);
    base.map(|base| base.join("kubemin/testbed"))
        .ok_or_else(|| {
            Error::Refused("HOME is not set, so there is no folder to cache programs in".to_owned())
        })
}
