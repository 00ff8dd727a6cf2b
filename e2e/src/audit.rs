//! The API server's audit log: who wrote what, told by somebody else than the program.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
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
    /// Length of the log at the start.
    from: u64,
    /// Full logs that were put aside before the start.
    old: Vec<PathBuf>,
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
            old: full_logs(),
        })
    }

    /// Writes of the program to the namespace so far, without dry runs.
    pub fn writes(&self) -> Vec<Write> {
        self.ours().iter().filter_map(write).collect()
    }

    /// Objects that the program was writing when it was killed. The API server logs a failure, and may have written.
    pub fn cut_off(&self) -> Vec<String> {
        let all = self.ours();
        let cut = all.iter().filter(|event| {
            let said = event["responseStatus"]["message"].as_str();
            said.is_some_and(|message| message.contains("context canceled"))
        });
        cut.map(object).collect()
    }

    /// Requests of the program in the namespace.
    fn ours(&self) -> Vec<Value> {
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
            Duration::from_secs(30),
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
        let ours = all.into_iter().filter(|event| {
            event["userAgent"]
                .as_str()
                .is_some_and(|agent| agent.starts_with("kubemin/"))
        });
        ours.collect()
    }

    /// The log may have been put aside since, more than once; the oldest is the one of the start.
    fn events(&self) -> Vec<Value> {
        let mut logs = full_logs();
        logs.retain(|log| !self.old.contains(log));
        logs.push(path());
        let starts = std::iter::once(self.from).chain(std::iter::repeat(0));
        let texts = logs.iter().zip(starts).map(|(log, from)| read(log, from));
        let about = format!("/namespaces/{}", self.namespace);
        let mut events = Vec::new();
        for text in texts {
            let lines = text.lines().filter(|line| line.contains(&about));
            events.extend(lines.filter_map(|line| serde_json::from_str::<Value>(line).ok()));
        }
        events
    }
}

fn read(log: &Path, from: u64) -> String {
    let mut file = File::open(log).expect("the audit log can be read");
    file.seek(SeekFrom::Start(from))
        .expect("the audit log can be read from the middle");
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .expect("the audit log can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Logs that were put aside because they were full, oldest first: `audit-<time>.log`.
fn full_logs() -> Vec<PathBuf> {
    let folder = path().parent().map(Path::to_owned).unwrap_or_default();
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut logs: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|log| {
            let name = log.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("audit-") && name.ends_with(".log")
        })
        .collect();
    logs.sort();
    logs
}

fn write(event: &Value) -> Option<Write> {
    let verb = event["verb"].as_str()?;
    let code = event["responseStatus"]["code"].as_u64()?;
    let dry = event["requestURI"].as_str()?.contains("dryRun=");
    let done = matches!(verb, "create" | "update" | "patch" | "delete") && code < 300 && !dry;
    done.then(|| Write {
        verb: verb.to_owned(),
        object: object(event),
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

/// `deployments/web`.
fn object(event: &Value) -> String {
    let part = |key: &str| event["objectRef"][key].as_str().unwrap_or_default();
    format!("{}/{}", part("resource"), part("name"))
}
