//! Measured values and their spread.

use std::fmt;
use std::time::Duration;

use anyhow::{Result, ensure};

/// Values of one quantity, sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// At least one value is needed.
    pub fn new(mut values: Vec<f64>) -> Result<Self> {
        ensure!(!values.is_empty(), "nothing was measured");
        values.sort_by(f64::total_cmp);
        Ok(Self(values))
    }

    /// Durations, as milliseconds.
    pub fn milliseconds(durations: &[Duration]) -> Result<Self> {
        Self::new(
            durations
                .iter()
                .map(|took| took.as_secs_f64() * 1e3)
                .collect(),
        )
    }

    /// Value below which the share `share` of all values lies, interpolated.
    pub fn quantile(&self, share: f64) -> f64 {
        let place = share * (self.0.len() - 1) as f64;
        let (below, above) = (
            self.0[place.floor() as usize],
            self.0[place.ceil() as usize],
        );
        below + (above - below) * place.fract()
    }

    /// Middle value.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Median, p95 and p99 with a unit.
    pub fn tail(&self, unit: &str) -> String {
        let value = |share| short(self.quantile(share));
        format!(
            "p50 {}, p95 {}, p99 {} {unit}",
            value(0.5),
            value(0.95),
            value(0.99)
        )
    }

    /// Median and quartiles with a unit.
    pub fn with_unit(&self, unit: &str) -> String {
        format!("{self} {unit}")
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |share| short(self.quantile(share));
        write!(out, "{} ({}–{})", value(0.5), value(0.25), value(0.75))
    }
}

/// Ratios of pairs, first to second.
pub fn ratios(ours: &[Duration], theirs: &[Duration]) -> Result<Sample> {
    ensure!(
        ours.len() == theirs.len(),
        "{} runs beside {}",
        ours.len(),
        theirs.len()
    );
    let ratio = |(ours, theirs): (&Duration, &Duration)| ours.as_secs_f64() / theirs.as_secs_f64();
    Sample::new(ours.iter().zip(theirs).map(ratio).collect())
}

/// Three digits that matter.
pub fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        let sample = Sample::new(vec![4.0, 1.0, 3.0, 2.0]).expect("four values");
        assert_eq!(sample.median(), 2.5);
        assert_eq!(sample.quantile(0.25), 1.75);
        assert_eq!(sample.quantile(1.0), 4.0);
        assert_eq!(sample.to_string(), "2.50 (1.75–3.25)");
    }

    #[test]
    fn pairs_are_compared_one_by_one() {
        let seconds = |values: &[u64]| -> Vec<Duration> {
            values.iter().copied().map(Duration::from_secs).collect()
        };
        let sample = ratios(&seconds(&[1, 4]), &seconds(&[2, 4])).expect("two pairs");
        assert_eq!(sample.quantile(0.0), 0.5);
        assert_eq!(sample.quantile(1.0), 1.0);
        assert!(ratios(&seconds(&[1]), &[]).is_err());
    }
}
