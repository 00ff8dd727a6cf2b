//! The cluster that commands work on: the one of `KUBECONFIG`, else the testbed.

use std::process::Command;

use anyhow::{Context, Result};

use crate::program::{command, output, root, run};

/// A cluster and how to reach it.
pub struct Cluster {
    /// `KUBECONFIG`.
    pub kubeconfig: String,
    /// `PATH` on which `kubectl` is found.
    pub path: String,
    /// Whether it is the testbed, whose service addresses the host reaches.
    pub is_testbed: bool,
    /// Whether this call started it.
    pub started: bool,
}

impl Cluster {
    /// Uses `KUBECONFIG` when it is set and touches nothing else; starts or reuses the testbed otherwise.
    pub fn find_or_start(nodes: u8) -> Result<Self> {
        if let Some(kubeconfig) = std::env::var("KUBECONFIG")
            .ok()
            .filter(|path| !path.is_empty())
        {
            let path = std::env::var("PATH").unwrap_or_default();
            return Ok(Self {
                kubeconfig,
                path,
                is_testbed: false,
                started: false,
            });
        }
        Self::testbed(nodes)
    }

    /// Starts or reuses the testbed.
    pub fn testbed(nodes: u8) -> Result<Self> {
        build_testbed()?;
        let ran = testbed(&["status"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status();
        let running = ran.is_ok_and(|status| status.success());
        run(testbed(&["up", "--nodes", &nodes.to_string()]))?;
        let exports = output(testbed(&["env"]))?;
        let value = |name: &str| {
            let line = exports
                .lines()
                .find_map(|line| line.strip_prefix(&format!("export {name}=")));
            line.map(str::to_owned)
                .with_context(|| format!("testbed env printed no {name}"))
        };
        let path = value("PATH")?.replace("$PATH", &std::env::var("PATH").unwrap_or_default());
        Ok(Self {
            kubeconfig: value("KUBECONFIG")?,
            path,
            is_testbed: true,
            started: !running,
        })
    }

    /// Lets a command see the cluster.
    pub fn apply_to(&self, command: &mut Command) {
        command
            .env("KUBECONFIG", &self.kubeconfig)
            .env("PATH", &self.path);
    }
}

/// Starts the testbed and prints how to use it.
pub fn up(nodes: u8) -> Result<()> {
    build_testbed()?;
    run(testbed(&["up", "--nodes", &nodes.to_string()]))
}

/// Stops the testbed.
pub fn down() -> Result<()> {
    build_testbed()?;
    run(testbed(&["down"]))
}

fn build_testbed() -> Result<()> {
    run(command("cargo", &["build", "--locked", "-p", "testbed"]))
}

fn testbed(arguments: &[&str]) -> Command {
    let program = root().join("target/debug/testbed");
    command(&program.to_string_lossy(), arguments)
}
