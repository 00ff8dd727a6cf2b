//! What to do about a Lease.

use std::time::Duration;

use super::record::Spec;

/// The next thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// There is none yet.
    Create,
    /// It is free, or its holder has been silent for too long.
    Take,
    /// It is mine.
    Renew,
    /// Somebody else holds it.
    Wait,
}

/// Decides by what the Lease says and by how long it has stood unchanged on this replica's own clock: the holder's clock
/// is not compared with ours, so that skewed clocks do no harm.
pub(crate) fn decide(me: &str, lease: Option<&Spec>, unchanged: Duration) -> Move {
    let Some(lease) = lease else {
        return Move::Create;
    };
    let seconds = u64::try_from(lease.lease_duration_seconds.unwrap_or_default());
    let patience = Duration::from_secs(seconds.unwrap_or_default());
    match lease.holder() {
        holder if holder == me => Move::Renew,
        "" => Move::Take,
        _ if unchanged > patience => Move::Take,
        _ => Move::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(holder: &str) -> Spec {
        Spec::held(None, holder, 15, "t")
    }

    #[test]
    fn a_silent_holder_is_replaced_after_the_time_it_asked_for_itself() {
        let lease = lease("b");
        let after = |seconds| decide("a", Some(&lease), Duration::from_secs(seconds));
        assert_eq!(after(0), Move::Wait);
        assert_eq!(after(15), Move::Wait);
        assert_eq!(after(16), Move::Take);
    }

    #[test]
    fn one_that_was_given_back_is_taken_at_once() {
        let free = lease("b").given_back("t");
        assert_eq!(decide("a", Some(&free), Duration::ZERO), Move::Take);
    }

    #[test]
    fn mine_is_renewed_and_none_is_made() {
        assert_eq!(decide("a", Some(&lease("a")), Duration::ZERO), Move::Renew);
        assert_eq!(decide("a", None, Duration::ZERO), Move::Create);
    }
}
