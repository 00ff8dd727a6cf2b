//! Writing requests, counted by the API server itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// A place in the audit log from which requests are counted.
pub struct Audit {
    log: PathBuf,
    from: usize,
    namespace: String,
}

impl Audit {
    /// Counts what comes from now on in one namespace. Other servers of the cluster have other namespaces.
    pub fn from_now(log: &Path, namespace: &str) -> Result<Self> {
        let from = fs::metadata(log)
            .with_context(|| format!("{}: no audit log", log.display()))?
            .len() as usize;
        Ok(Self {
            log: log.to_owned(),
            from,
            namespace: namespace.to_owned(),
        })
    }

    /// Writing requests of our user agent so far, `verb path` each. A marker of our own is awaited first, so that
    /// everything before it is in the log.
    pub fn writes(&self) -> Result<Vec<String>> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let marker = format!("audit-marker-{}", now.as_nanos());
        let arguments = ["-n", &self.namespace, "create", "configmap", &marker];
        crate::kubectl::kubectl(&arguments)?;
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let log = fs::read(&self.log)?;
            let new =
                String::from_utf8_lossy(log.get(self.from..).unwrap_or_default()).into_owned();
            if new.lines().any(|line| line.contains(&marker)) {
                return Ok(new.lines().filter_map(|line| self.write(line)).collect());
            }
            ensure!(
                Instant::now() < end,
                "the marker {marker} was not in the audit log within 10 s"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn write(&self, line: &str) -> Option<String> {
        let event: Value = serde_json::from_str(line).ok()?;
        let verb = event["verb"].as_str()?;
        let ours = event["userAgent"].as_str()?.starts_with("kubemin/")
            && event["objectRef"]["namespace"] == self.namespace.as_str()
            && matches!(
                verb,
                "create" | "update" | "patch" | "delete" | "deletecollection"
            );
        ours.then(|| {
            format!(
                "{verb} {}",
                event["requestURI"].as_str().unwrap_or_default()
            )
        })
    }
}
