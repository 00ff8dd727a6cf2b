//! Waits for a condition, never for ever, and says what it waited for.

use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// What a condition says of itself: the value, or why not yet.
pub enum Progress<T> {
    Done(T),
    NotYet(String),
}

/// Asks `condition` every `pause` until it is done, fails, or `limit` is over.
///
/// # Errors
/// The condition's own, or [`Error::TimedOut`] with its last reason.
pub fn until<T>(
    what: &str,
    limit: Duration,
    pause: Duration,
    mut condition: impl FnMut() -> Result<Progress<T>>,
) -> Result<T> {
    let end = Instant::now() + limit;
    loop {
        match condition()? {
            Progress::Done(value) => return Ok(value),
            Progress::NotYet(detail) if Instant::now() >= end => {
                return Err(Error::TimedOut {
                    what: what.to_owned(),
                    seconds: limit.as_secs(),
                    detail,
                });
            }
            Progress::NotYet(_) => std::thread::sleep(pause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_up_with_the_last_reason() {
        let outcome: Result<()> = until("the sun", Duration::ZERO, Duration::ZERO, || {
            Ok(Progress::NotYet("night".to_owned()))
        });
        let text = outcome.unwrap_err().to_string();
        assert!(text.contains("the sun") && text.contains("night"), "{text}");
    }
}
