//! The API server's audit log: who wrote what, told by somebody else than the program.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::kubectl::kubectl;
use crate::until;

/// A write that the API server carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// `create`, `update`, `patch` or `delete`.
    pub verb: String,
    /// `deployments/web`.
    pub object: String,
    /// HTTP status.
    pub code: u64,
    /// Client program.
    pub agent: String,
}

/// A place in the log, from which on writes to a namespace are looked at.
pub struct Audit {
    namespace: String,
    from: u64,
}

impl Audit {
    /// From now on. `None` with a word on standard error when the cluster keeps no log that can be read.
    pub fn start(namespace: &str) -> Option<Self> {
        let path = path();
        let Ok(found) = std::fs::metadata(&path) else {
            eprintln!("no audit log at {}: writes are not counted", path.display());
            return None;
        };
        Some(Self {
            namespace: namespace.to_owned(),
            from: found.len(),
        })
    }

    /// Writes of the program to the namespace so far, without dry runs.
    pub fn writes(&self) -> Vec<Write> {
        let mark = format!(
            "kubemin.test/mark={}",
            jiff::Timestamp::now().as_nanosecond()
        );
        kubectl(&[
            "annotate",
            "--overwrite",
            "namespace",
            &self.namespace,
            &mark,
        ]);
        let end = format!("/api/v1/namespaces/{}?", self.namespace);
        let all = until(
            "the audit log to hold all writes",
            Duration::from_secs(10),
            || {
                let events = self.events();
                let marked = events.iter().any(|event| {
                    event["verb"] == "patch"
                        && event["requestURI"]
                            .as_str()
                            .is_some_and(|uri| uri.starts_with(&end))
                });
                marked.then_some(events)
            },
        );
        let ours = all.iter().filter(|event| {
            event["userAgent"]
                .as_str()
                .is_some_and(|agent| agent.starts_with("kubemin/"))
        });
        ours.filter_map(write).collect()
    }

    fn events(&self) -> Vec<Value> {
        let mut file = File::open(path()).expect("the audit log can be read");
        file.seek(SeekFrom::Start(self.from))
            .expect("the audit log can be read from the middle");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .expect("the audit log can be read");
        let text = String::from_utf8_lossy(&bytes);
        let about = format!("/namespaces/{}", self.namespace);
        let lines = text.lines().filter(|line| line.contains(&about));
        lines
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }
}

fn write(event: &Value) -> Option<Write> {
    let verb = event["verb"].as_str()?;
    let code = event["responseStatus"]["code"].as_u64()?;
    let dry = event["requestURI"].as_str()?.contains("dryRun=");
    let done = matches!(verb, "create" | "update" | "patch" | "delete") && code < 300 && !dry;
    let part = |key: &str| event["objectRef"][key].as_str().unwrap_or_default();
    done.then(|| Write {
        verb: verb.to_owned(),
        object: format!("{}/{}", part("resource"), part("name")),
        code,
        agent: event["userAgent"].as_str().unwrap_or_default().to_owned(),
    })
}

/// Beside the testbed's kubeconfig.
fn path() -> PathBuf {
    let config = std::env::var("KUBECONFIG").unwrap_or_default();
    PathBuf::from(config)
        .parent()
        .map(|folder| folder.join("logs/audit.log"))
        .unwrap_or_default()
}
