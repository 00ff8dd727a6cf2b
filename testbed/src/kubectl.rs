//! Talks to a cluster the way its users do.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::command::{run, run_with_input};
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::programs;

/// `kubectl` with a cluster's administrator's file.
pub struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
}

impl Kubectl {
    /// # Errors
    /// When the program has to be built and cannot be.
    pub fn new(layout: &Layout) -> Result<Self> {
        Ok(Self {
            program: programs::ensure(programs::find("kubectl")?)?,
            kubeconfig: layout.kubeconfig(),
        })
    }

    /// # Errors
    /// When the call fails or takes longer than ten seconds.
    pub fn run(&self, args: &[&str]) -> Result<Vec<u8>> {
        run(self.command("5s").args(args), Duration::from_secs(10))
    }

    /// Runs a `get` and reads its JSON.
    ///
    /// # Errors
    /// As [`Kubectl::run`], and when the answer is not JSON.
    pub fn get(&self, args: &[&str]) -> Result<Value> {
        let bytes = run(
            self.command("5s")
                .arg("get")
                .args(args)
                .args(["-o", "json"]),
            Duration::from_secs(10),
        )?;
        serde_json::from_slice(&bytes).map_err(|error| Error::Malformed {
            what: "the API server's answer".to_owned(),
            why: error.to_string(),
        })
    }

    /// Applies objects with server-side apply.
    ///
    /// # Errors
    /// When an object is refused.
    pub fn apply(&self, objects: &[Value]) -> Result<()> {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
        let mut command = self.command("30s");
        command.args([
            "apply",
            "--server-side",
            "--force-conflicts",
            "--field-manager=testbed",
            "-f",
            "-",
        ]);
        run_with_input(&mut command, list.as_bytes(), Duration::from_secs(40)).map(|_| ())
    }

    fn command(&self, limit: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(["kubectl", "--kubeconfig"])
            .arg(&self.kubeconfig)
            .arg(format!("--request-timeout={limit}"));
        command
    }
}
