//! `make lint`: warnings are errors; tests may unwrap and panic, programs may not.

use anyhow::Result;

use crate::program::{command, run};

const CLIPPY: [&str; 3] = ["clippy", "--locked", "--workspace"];
const TESTS_MAY: [&str; 6] = [
    "-A",
    "clippy::unwrap_used",
    "-A",
    "clippy::expect_used",
    "-A",
    "clippy::panic",
];

/// Lints programs and libraries, then tests and benchmarks.
pub fn lint() -> Result<()> {
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
