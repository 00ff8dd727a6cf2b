//! Pauses between failing attempts: doubled, bounded, and spread so that replicas do not come back as one.

use std::time::Duration;

/// Failures in a row and the pauses they cost (seed 000, Worker 弹性配置).
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    min: Duration,
    max: Duration,
    failures: u32,
}

impl Backoff {
    /// Pauses grow from `min` to `max`.
    pub(crate) fn new(min: Duration, max: Duration) -> Self {
        Self {
            min,
            max,
            failures: 0,
        }
    }

    /// An attempt succeeded.
    pub(crate) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// An attempt failed: how often in a row now, and how long to wait.
    pub(crate) fn failed(&mut self) -> (u32, Duration) {
        let window = window(self.failures, self.min, self.max);
        self.failures = self.failures.saturating_add(1);
        (self.failures, spread(window, fastrand::f64()))
    }
}

/// Longest pause after this many earlier failures: min, 2·min, 4·min … max.
fn window(earlier: u32, min: Duration, max: Duration) -> Duration {
    2_u32
        .checked_pow(earlier)
        .and_then(|factor| min.checked_mul(factor))
        .map_or(max, |grown| grown.min(max))
}

/// Between half of the window and all of it; `at` is between 0 and 1.
fn spread(window: Duration, at: f64) -> Duration {
    window.mul_f64(0.5 + at / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: Duration = Duration::from_millis(200);
    const MAX: Duration = Duration::from_secs(300);

    /// Seed 000: 等待时间按 min → min*2 → min*4 → ... → max 增长.
    #[test]
    fn pauses_double_from_the_shortest_to_the_longest() {
        let millis: Vec<u128> = (0..4).map(|n| window(n, MIN, MAX).as_millis()).collect();
        assert_eq!(millis, [200, 400, 800, 1600]);
        assert_eq!(window(20, MIN, MAX), MAX);
        assert_eq!(window(u32::MAX, MIN, MAX), MAX);
    }

    #[test]
    fn replicas_do_not_come_back_as_one() {
        assert_eq!(spread(MAX, 0.0), MAX / 2);
        assert_eq!(spread(MAX, 1.0), MAX);
        let mut backoff = Backoff::new(MIN, MAX);
        let pauses: Vec<Duration> = (0..8)
            .map(|_| {
                backoff.succeeded();
                backoff.failed().1
            })
            .collect();
        assert!(
            pauses
                .iter()
                .all(|pause| *pause >= MIN / 2 && *pause <= MIN)
        );
        assert!(pauses.windows(2).any(|two| two[0] != two[1]));
    }

    #[test]
    fn a_success_starts_the_count_anew() {
        let mut backoff = Backoff::new(MIN, MAX);
        assert_eq!(backoff.failed().0, 1);
        assert_eq!(backoff.failed().0, 2);
        backoff.succeeded();
        assert_eq!(backoff.failed().0, 1);
    }
}
