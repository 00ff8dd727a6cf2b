//! Namespaces of a run.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::kubectl::kubectl;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A fresh namespace; dropping it deletes it without waiting.
pub struct Namespace {
    /// Its name.
    pub name: String,
    gone: bool,
}

impl Namespace {
    /// Makes `kmb-<what>-<process>-<n>` and waits for its service account, without which no pod starts.
    pub fn new(what: &str) -> Result<Self> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("kmb-{what}-{}-{number}", std::process::id());
        kubectl(&["create", "namespace", &name])?;
        let namespace = Self { name, gone: false };
        let end = Instant::now() + Duration::from_secs(20);
        while kubectl(&["-n", &namespace.name, "get", "serviceaccount", "default"]).is_err() {
            ensure!(
                Instant::now() < end,
                "no service account in {} within 20 s",
                namespace.name
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(namespace)
    }

    /// Deletes it with all it holds and waits until it is gone, so that nothing of it runs beside the next measurement.
    pub fn remove(mut self) -> Result<()> {
        kubectl(&["delete", "namespace", &self.name, "--timeout=180s"])?;
        self.gone = true;
        Ok(())
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if self.gone {
            return;
        }
        if let Err(error) = kubectl(&["delete", "namespace", &self.name, "--wait=false"]) {
            eprintln!("namespace {} was not deleted: {error:#}", self.name);
        }
    }
}
