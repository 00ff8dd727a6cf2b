//! When a transaction is run again, and after which pause. Pure.

use std::time::Duration;

use super::fault::Fault;

/// How far a transaction had come when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before COMMIT was sent: the server keeps nothing of it.
    Open,
    /// COMMIT was sent: it may have been kept.
    Committing,
}

/// Runs of one transaction under contention.
const CONTENDED: u32 = 12;
/// Runs after a row was there that had not been seen: the next run sees it.
const DUPLICATE: u32 = 3;
/// Runs on lost connections: one that had been idle for too long, and one of a server that was just restarted.
const LOST: u32 = 3;
/// No new run after this time, whatever the reason.
const LIMIT: Duration = Duration::from_secs(20);
/// Pause after the first and after the last run under contention.
const PAUSES: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(250));

/// The pause before the next run, or `None` when the error stands. `runs` counts those that failed, from 1; `chance` in
/// 0..1 spreads the callers.
pub fn pause(
    fault: Fault,
    stage: Stage,
    runs: u32,
    elapsed: Duration,
    chance: f64,
) -> Option<Duration> {
    let allowed = match (fault, stage) {
        (Fault::Contention, _) => CONTENDED,
        (Fault::Duplicate, Stage::Open) => DUPLICATE,
        // Whether a COMMIT without an answer was kept is not known.
        (Fault::Lost, Stage::Open) => LOST,
        _ => 0,
    };
    if runs >= allowed || elapsed >= LIMIT {
        return None;
    }
    Some(match fault {
        Fault::Contention => {
            let longest = (PAUSES.0 * 2_u32.saturating_pow(runs - 1)).min(PAUSES.1);
            longest.mul_f64(0.5 + chance / 2.0)
        }
        _ => Duration::ZERO,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn contention_is_tried_again_with_growing_pauses_and_an_end() {
        let at = |runs| pause(Fault::Contention, Stage::Open, runs, NOW, 1.0);
        assert_eq!(at(1), Some(Duration::from_millis(2)));
        assert_eq!(at(3), Some(Duration::from_millis(8)));
        assert_eq!(at(11), Some(Duration::from_millis(250)));
        assert_eq!(at(12), None);
        let spread = pause(Fault::Contention, Stage::Open, 3, NOW, 0.0);
        assert_eq!(spread, Some(Duration::from_millis(4)));
    }

    #[test]
    fn a_commit_without_an_answer_is_not_run_again() {
        assert_eq!(pause(Fault::Lost, Stage::Committing, 1, NOW, 0.0), None);
        assert!(pause(Fault::Lost, Stage::Open, 1, NOW, 0.0).is_some());
    }

    #[test]
    fn a_silent_or_read_only_server_is_not_asked_again() {
        for fault in [Fault::Silent, Fault::ReadOnly, Fault::Other] {
            assert_eq!(pause(fault, Stage::Open, 1, NOW, 0.0), None, "{fault:?}");
        }
    }

    #[test]
    fn nothing_is_run_again_after_the_limit() {
        assert_eq!(pause(Fault::Contention, Stage::Open, 1, LIMIT, 0.0), None);
    }
}
