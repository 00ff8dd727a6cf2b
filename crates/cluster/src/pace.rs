//! Limit of requests a second (`--kube-api-qps`, `--kube-api-burst`).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// A bucket of `burst` requests that fills at `qps` a second.
pub(crate) struct Pace {
    interval: Duration,
    burst: u32,
    /// When the bucket is full again.
    full_at: Mutex<Instant>,
}

impl Pace {
    /// `None` when the rate is no positive number: then nothing is limited.
    pub(crate) fn new(qps: f64, burst: u32) -> Option<Self> {
        let usable = qps.is_finite() && qps > 0.0;
        usable.then(|| Self {
            interval: Duration::try_from_secs_f64(1.0 / qps).unwrap_or(Duration::MAX),
            burst: burst.max(1),
            full_at: Mutex::new(Instant::now()),
        })
    }

    /// Waits until one more request may go.
    pub(crate) async fn wait(&self) {
        sleep_until(self.reserve(Instant::now())).await;
    }

    fn reserve(&self, now: Instant) -> Instant {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = (*full_at).max(now) + self.interval;
        *full_at = full;
        full.checked_sub(self.interval * self.burst).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_goes_at_once_and_then_one_an_interval() {
        let pace = Pace::new(10.0, 3).unwrap();
        let now = Instant::now();
        let waits: Vec<u128> = (0..5)
            .map(|_| pace.reserve(now).saturating_duration_since(now).as_millis())
            .collect();
        assert_eq!(waits, [0, 0, 0, 100, 200]);
    }

    #[test]
    fn no_rate_is_no_limit() {
        assert!(Pace::new(0.0, 5).is_none());
        assert!(Pace::new(f64::NAN, 5).is_none());
    }
}
