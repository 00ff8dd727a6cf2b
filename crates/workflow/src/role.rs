//! What a replica does: dispatch, execute, both or neither (seed 000, Workflow; app-plane §5; decisions 33 and 34).

/// Replicas from which on the leader only dispatches (seed 000: `replicas >= 3`).
pub const DISTRIBUTED_FROM: u32 = 3;

/// What is known about the fleet when a role is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// Whether this replica holds the Lease.
    pub leads: bool,
    /// Replicas that there shall be; those that have stepped out are among them.
    pub replicas: u32,
    /// The youngest of an even number, which takes no part.
    pub stepped_out: bool,
    /// Whether a broker is configured: without one nobody wakes a follower, and the leader executes (decision 33).
    pub has_broker: bool,
    /// Whether the broker answers.
    pub broker_answers: bool,
}

/// What a replica does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Role {
    /// Looks for what the hints missed, for work whose owner is gone, and writes status.
    pub dispatches: bool,
    /// Runs tasks.
    pub executes: bool,
}

/// Chooses the role. Somebody executes in every situation in which one replica leads.
pub fn role(now: Situation) -> Role {
    let distributed = now.has_broker && now.replicas >= DISTRIBUTED_FROM;
    let executes = match (now.leads, distributed) {
        (true, true) => !now.broker_answers,
        (true, false) => true,
        (false, true) => now.broker_answers && !now.stepped_out,
        (false, false) => false,
    };
    Role {
        dispatches: now.leads,
        executes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLLOWER: Situation = Situation {
        leads: false,
        replicas: 3,
        stepped_out: false,
        has_broker: true,
        broker_answers: true,
    };
    const LEADER: Situation = Situation {
        leads: true,
        ..FOLLOWER
    };

    fn words(now: Situation) -> &'static str {
        match role(now) {
            Role {
                dispatches: true,
                executes: true,
            } => "both",
            Role {
                dispatches: true,
                executes: false,
            } => "dispatches",
            Role {
                dispatches: false,
                executes: true,
            } => "executes",
            Role {
                dispatches: false,
                executes: false,
            } => "neither",
        }
    }

    #[test]
    fn from_three_replicas_on_the_leader_only_dispatches_and_followers_execute() {
        assert_eq!(words(LEADER), "dispatches");
        assert_eq!(words(FOLLOWER), "executes");
    }

    #[test]
    fn with_fewer_the_leader_does_both() {
        for replicas in [1, 2] {
            assert_eq!(words(Situation { replicas, ..LEADER }), "both");
            assert_eq!(
                words(Situation {
                    replicas,
                    ..FOLLOWER
                }),
                "neither"
            );
        }
    }

    #[test]
    fn without_its_broker_the_leader_executes() {
        let gone = |now| Situation {
            broker_answers: false,
            ..now
        };
        assert_eq!(words(gone(LEADER)), "both");
        assert_eq!(words(gone(FOLLOWER)), "neither");
        let none = |now| Situation {
            has_broker: false,
            ..now
        };
        assert_eq!(words(none(LEADER)), "both");
        assert_eq!(words(none(FOLLOWER)), "neither");
    }

    #[test]
    fn the_youngest_of_an_even_number_steps_out_unless_it_leads() {
        let out = |now| Situation {
            replicas: 4,
            stepped_out: true,
            ..now
        };
        assert_eq!(words(out(FOLLOWER)), "neither");
        assert_eq!(words(out(LEADER)), "dispatches");
    }
}
