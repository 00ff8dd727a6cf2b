//! The program's command line.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What a run of the program gave.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Error output.
    pub err: String,
    /// Wall time.
    pub took: Duration,
}

impl Ran {
    /// Both outputs.
    pub fn all(&self) -> String {
        format!("{}\n{}", self.out, self.err)
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.all()))
    }

    /// Fails unless the exit code is as expected.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code; output was:\n{}", self.all());
        self
    }
}

/// The program with a server address and a namespace.
#[derive(Debug, Clone)]
pub struct Kubemin {
    /// Address of the server.
    pub server: String,
    /// `-n`.
    pub namespace: String,
}

/// Path of the program under test.
pub fn program() -> PathBuf {
    match std::env::var_os("KUBEMIN_BIN") {
        Some(path) => path.into(),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/release/kubemin"),
    }
}

impl Kubemin {
    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let started = Instant::now();
        let output = Command::new(program())
            .args(["--server", &self.server, "-n", &self.namespace])
            .args(arguments)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| {
                panic!(
                    "cannot run {}: {error}; run `make build` first",
                    program().display()
                )
            });
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            took: started.elapsed(),
        }
    }
}
