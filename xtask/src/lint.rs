//! `make lint`: formatting, clippy (warnings are errors; tests may unwrap and panic, programs may not), licences.

use std::path::PathBuf;

use anyhow::Result;

use crate::program::{cache, command, run};

const CLIPPY: [&str; 3] = ["clippy", "--locked", "--workspace"];
const TESTS_MAY: [&str; 8] = [
    "-A",
    "clippy::unwrap_used",
    "-A",
    "clippy::expect_used",
    "-A",
    "clippy::panic",
    // A test tells one story.
    "-A",
    "clippy::too_many_lines",
];
const CARGO_DENY: &str = "0.20.2";

/// Everything that can be said about the code without running it.
pub fn lint() -> Result<()> {
    run(command("cargo", &["fmt", "--all", "--check"]))?;
    clippy()?;
    dependencies()
}

/// Lints programs and libraries, then tests and benchmarks.
fn clippy() -> Result<()> {
    run(command(
        "cargo",
        &[&CLIPPY[..], &["--lib", "--bins", "--", "-D", "warnings"]].concat(),
    ))?;
    run(command(
        "cargo",
        &[
            &CLIPPY[..],
            &["--tests", "--benches", "--", "-D", "warnings"],
            &TESTS_MAY[..],
        ]
        .concat(),
    ))
}

/// Licences, banned crates and sources by `deny.toml`. Known vulnerabilities need a database from the network:
/// `cargo deny check advisories`.
fn dependencies() -> Result<()> {
    let program = cargo_deny()?;
    run(command(
        &program.to_string_lossy(),
        &["--locked", "check", "licenses", "bans", "sources"],
    ))
}

/// Built once into the cache.
fn cargo_deny() -> Result<PathBuf> {
    let folder = cache().join(format!("tools/cargo-deny-{CARGO_DENY}"));
    let program = folder.join("bin/cargo-deny");
    if !program.exists() {
        println!("building cargo-deny {CARGO_DENY} (first time, about 5 min)");
        let root = folder.to_string_lossy();
        run(command(
            "cargo",
            &[
                "install",
                "--quiet",
                "--locked",
                "--version",
                CARGO_DENY,
                "--root",
                &root,
                "cargo-deny",
            ],
        ))?;
    }
    Ok(program)
}
