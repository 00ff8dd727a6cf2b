//! kubectl, as witness of what is in the cluster.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs kubectl and gives its standard output.
pub fn kubectl(arguments: &[&str]) -> Result<String> {
    let output = Command::new("kubectl")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .context("cannot start kubectl; run `make cluster` first")?;
    if !output.status.success() {
        bail!(
            "kubectl {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
