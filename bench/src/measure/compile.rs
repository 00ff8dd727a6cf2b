//! Applications compiled a second, from the benchmark of the crate itself.

use std::process::Command;

use anyhow::{Context, Result};

use crate::process::timed;
use crate::row::Row;
use crate::sample::{Sample, short};

const ROUNDS: usize = 5;
/// Fits no name, so that only the comparison with the floor runs.
const NO_BENCH: &str = "no such benchmark";

/// A second of ours and a second of the floor, alternating.
pub fn rows() -> Result<Vec<Row>> {
    let (mut ours, mut floor, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut bench = Command::new("cargo");
        bench.args([
            "bench",
            "--quiet",
            "--locked",
            "-p",
            "kubemin-compile",
            "--bench",
            "compile",
        ]);
        let (output, _) = timed(bench.args(["--", NO_BENCH]))?;
        let (fast, least) = rates(&String::from_utf8(output)?)?;
        ours.push(fast);
        floor.push(least);
        ratio.push(least / fast);
    }
    let (ours, floor, ratio) = (Sample::new(ours)?, Sample::new(floor)?, Sample::new(ratio)?);
    Ok(vec![Row {
        what: format!("all-traits compiled in process, one core, {ROUNDS} rounds"),
        figure: ours.with_unit("applications/s"),
        beside: format!(
            "the same typed objects built by hand {}",
            floor.with_unit("/s")
        ),
        ratio: format!("floor is {} × faster", short(ratio.median())),
        target: "≥ 2,500 applications/s".to_owned(),
        met: ours.median() >= 2500.0,
    }])
}

/// `… 1234 applications/s, floor 5678/s, …`
fn rates(output: &str) -> Result<(f64, f64)> {
    let line = output.lines().find(|line| line.contains("applications/s"));
    let line = line.with_context(|| format!("the benchmark printed no rate: {output}"))?;
    let before = |mark: &str| -> Result<f64> {
        let (head, _) = line
            .split_once(mark)
            .with_context(|| format!("no {mark:?} in: {line}"))?;
        let number = head.rsplit(' ').next().unwrap_or_default();
        number
            .parse()
            .with_context(|| format!("no number before {mark:?} in: {line}"))
    };
    Ok((before(" applications/s")?, before("/s, ratio")?))
}

#[cfg(test)]
mod tests {
    use super::rates;

    #[test]
    fn rates_are_read_from_the_line_of_the_benchmark() {
        let line = "all-traits (10 objects): 5234 applications/s, floor 20100/s, ratio 3.84\n";
        assert_eq!(rates(line).expect("both numbers"), (5234.0, 20100.0));
        assert!(rates("nothing").is_err());
    }
}
