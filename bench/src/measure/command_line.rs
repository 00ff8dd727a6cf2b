//! First output of the command line.

use std::process::Command;

use anyhow::Result;

use crate::Settings;
use crate::process::first_output;
use crate::row::Row;
use crate::sample::Sample;

const EXAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../examples/manual/all-traits.json"
);
const RUNS: usize = 50;

/// `version` and `validate`, beside a program that does nothing.
pub fn rows(settings: &Settings) -> Result<Vec<Row>> {
    Ok(vec![
        row(settings, "version", &["version"], 15.0)?,
        row(settings, "validate", &["validate", EXAMPLE], 30.0)?,
    ])
}

fn row(settings: &Settings, name: &str, arguments: &[&str], limit: f64) -> Result<Row> {
    let (mut first, mut whole, mut floor) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (seen, ended) = first_output(Command::new(&settings.kubemin).args(arguments))?;
        first.push(seen);
        whole.push(ended);
        floor.push(first_output(Command::new("echo").arg("nothing"))?.1);
    }
    let (first, whole) = (Sample::milliseconds(&first)?, Sample::milliseconds(&whole)?);
    let floor = Sample::milliseconds(&floor)?;
    Ok(Row {
        what: format!("`kubemin {name}` to first output, {RUNS} runs"),
        figure: format!(
            "{}, whole process {}",
            first.with_unit("ms"),
            whole.with_unit("ms")
        ),
        beside: format!("`echo`, whole process {}", floor.with_unit("ms")),
        ratio: String::new(),
        target: format!("≤ {limit} ms"),
        met: first.median() <= limit,
    })
}
