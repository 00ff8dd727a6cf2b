//! Waiting for a condition, with a limit that names it.

use std::time::{Duration, Instant};

/// Asks until the answer is `Some`, every 50 ms; fails with the name of what was waited for after `limit`.
pub fn until<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "waited {limit:?} in vain for: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
