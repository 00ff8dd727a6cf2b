//! A namespace for one test, deleted afterwards.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::kubectl::{kubectl, try_kubectl};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A fresh namespace; dropping it deletes it without waiting.
pub struct Namespace {
    /// Its name.
    pub name: String,
}

impl Namespace {
    /// Makes `kme-<what>-<process>-<n>`.
    pub fn new(what: &str) -> Self {
        let name = format!(
            "kme-{what}-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        kubectl(&["create", "namespace", &name]);
        Self { name }
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if let Err(error) = try_kubectl(&["delete", "namespace", &self.name, "--wait=false"], None)
        {
            eprintln!("namespace {} was not deleted: {error}", self.name);
        }
    }
}
