//! A token bucket for each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Addresses kept before the idle ones are forgotten.
const KEPT: usize = 10_000;

/// So many at once, so many more each second.
pub(super) struct Pulse {
    rate: f64,
    burst: f64,
    buckets: Mutex<HashMap<IpAddr, (f64, Instant)>>,
}

impl Pulse {
    pub(super) fn new(rate: u32, burst: u32) -> Self {
        Self {
            rate: f64::from(rate),
            burst: f64::from(burst),
            buckets: Mutex::default(),
        }
    }

    /// Takes one; `Err` says in how many seconds there is one again.
    pub(super) fn take(&self, address: IpAddr) -> Result<(), u64> {
        self.visit(address, 1.0)
    }

    /// Whether there is one, without taking it.
    pub(super) fn peek(&self, address: IpAddr) -> Result<(), u64> {
        self.visit(address, 0.0)
    }

    fn visit(&self, address: IpAddr, taken: f64) -> Result<(), u64> {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEPT && !buckets.contains_key(&address) {
            buckets.retain(|_, bucket| self.filled(*bucket, now) < self.burst);
        }
        let bucket = buckets.entry(address).or_insert((self.burst, now));
        *bucket = (self.filled(*bucket, now), now);
        if bucket.0 >= 1.0 {
            bucket.0 -= taken;
            return Ok(());
        }
        let missing = (1.0 - bucket.0) / self.rate.max(f64::MIN_POSITIVE);
        Err(std::time::Duration::try_from_secs_f64(missing).map_or(60, |wait| wait.as_secs() + 1))
    }

    fn filled(&self, (left, at): (f64, Instant), now: Instant) -> f64 {
        (left + now.duration_since(at).as_secs_f64() * self.rate).min(self.burst)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::Pulse;

    #[test]
    fn an_address_that_asks_too_often_waits_and_others_do_not() {
        let (greedy, modest) = (
            IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
            IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)),
        );
        let pulse = Pulse::new(1, 3);
        let taken = (0..10).filter(|_| pulse.take(greedy).is_ok()).count();
        assert_eq!(taken, 3);
        assert_eq!(pulse.take(greedy), Err(1));
        assert_eq!(pulse.take(modest), Ok(()));
    }
}
