//! `kubectl` as the independent witness of what is in the cluster.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Runs kubectl and gives its standard output; fails with its words otherwise.
pub fn kubectl(arguments: &[&str]) -> String {
    try_kubectl(arguments, None)
        .unwrap_or_else(|error| panic!("kubectl {}: {error}", arguments.join(" ")))
}

/// Runs kubectl with an input.
pub fn kubectl_with_input(arguments: &[&str], input: &str) -> String {
    try_kubectl(arguments, Some(input))
        .unwrap_or_else(|error| panic!("kubectl {}: {error}", arguments.join(" ")))
}

/// The object as JSON; `None` when it is not there.
pub fn get(arguments: &[&str]) -> Option<Value> {
    let mut all = vec!["get", "-o", "json"];
    all.extend_from_slice(arguments);
    match try_kubectl(&all, None) {
        Ok(text) => Some(
            serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("kubectl printed no JSON: {error}")),
        ),
        Err(error) if error.contains("NotFound") => None,
        Err(error) => panic!("kubectl {}: {error}", all.join(" ")),
    }
}

/// Runs kubectl; `Err` holds its error output.
pub fn try_kubectl(arguments: &[&str], input: Option<&str>) -> Result<String, String> {
    let mut child = Command::new("kubectl")
        .args(arguments)
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start kubectl ({error}); run `make cluster` first"))?;
    if let (Some(text), Some(mut pipe)) = (input, child.stdin.take()) {
        pipe.write_all(text.as_bytes())
            .map_err(|error| error.to_string())?;
    }
    let output = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}
