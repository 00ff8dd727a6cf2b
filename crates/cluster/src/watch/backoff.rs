//! Pauses between attempts to reach the API server.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// Pauses that double, each shortened by up to a quarter so that watches do not come back in step.
pub(super) struct Backoff {
    next: Duration,
    salt: u32,
}

impl Backoff {
    pub(super) fn new(salt: u32) -> Self {
        Self { next: FIRST, salt }
    }

    pub(super) fn reset(&mut self) {
        self.next = FIRST;
    }

    pub(super) fn pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = (self.next * 2).min(LONGEST);
        self.salt = self
            .salt
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        pause - pause / 4 * (self.salt >> 24) / 255
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit_and_start_again() {
        let mut backoff = Backoff::new(7);
        let pauses: Vec<Duration> = (0..12).map(|_| backoff.pause()).collect();
        assert!(pauses[0] >= FIRST * 3 / 4 && pauses[0] <= FIRST);
        assert!(pauses[11] >= LONGEST * 3 / 4 && pauses[11] <= LONGEST);
        backoff.reset();
        assert!(backoff.pause() <= FIRST);
    }
}
