//! Several replicas on one database: which one does what (seed 000, Workflow; app-plane §5).

use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::{Census, Election, Fleet, Queue};
use kubemin_workflow::{Role, Situation, role};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tracing::{info, warn};

use crate::engine::Shared;

/// How often the broker is asked how it is; the leader takes over within twice this time.
const BROKER_EVERY: Duration = Duration::from_secs(2);
/// Longest wait for either.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// What replicas share.
pub struct Replicas {
    /// Wakes executing replicas.
    pub queue: Arc<dyn Queue>,
    /// Whether `queue` reaches other processes.
    pub has_broker: bool,
    /// Who leads.
    pub election: Arc<dyn Election>,
    /// How many there are.
    pub census: Arc<dyn Census>,
    /// How often they are counted.
    pub count_every: Duration,
    /// The youngest of an even number takes no work (`--replica-parity standby`).
    pub parity: bool,
}

/// What this replica does now, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What it does.
    pub role: Role,
    /// What that follows from.
    pub situation: Situation,
    /// Why the broker does not answer, empty when it does.
    pub broker_fault: String,
    /// What keeps this replica from taking part in the election, empty when nothing does.
    pub lease_fault: String,
}

impl Default for Standing {
    fn default() -> Self {
        let situation = Situation {
            leads: false,
            replicas: 1,
            stepped_out: false,
            has_broker: false,
            broker_answers: false,
        };
        Self {
            role: Role::default(),
            situation,
            broker_fault: String::new(),
            lease_fault: String::new(),
        }
    }
}

/// Keeps the standing true until the engine stops.
pub(crate) async fn run(shared: Arc<Shared>, replicas: Arc<Replicas>) {
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = keep(&shared.standing, &replicas) => {}
    }
}

async fn keep(standing: &watch::Sender<Standing>, replicas: &Replicas) {
    let mut leadership = replicas.election.leadership();
    let mut fleet = Fleet {
        replicas: 1,
        youngest: false,
    };
    let mut counted: Option<Instant> = None;
    loop {
        if counted.is_none_or(|at| at.elapsed() >= replicas.count_every) {
            fleet = count(replicas, fleet).await;
            counted = Some(Instant::now());
        }
        let broker_fault = broker_fault(replicas).await;
        leadership.borrow_and_update();
        let situation = Situation {
            leads: replicas.election.leads(),
            replicas: fleet.replicas,
            stepped_out: replicas.parity && fleet.youngest && fleet.replicas.is_multiple_of(2),
            has_broker: replicas.has_broker,
            broker_answers: broker_fault.is_empty(),
        };
        tell(
            standing,
            Standing {
                role: role(situation),
                situation,
                broker_fault,
                lease_fault: replicas.election.trouble().unwrap_or_default(),
            },
        );
        tokio::select! {
            () = sleep(BROKER_EVERY) => {}
            changed = leadership.changed() => if changed.is_err() { sleep(BROKER_EVERY).await },
        }
    }
}

/// The number as it was when it cannot be asked for.
async fn count(replicas: &Replicas, before: Fleet) -> Fleet {
    match timeout(ANSWER_WITHIN, replicas.census.count()).await {
        Ok(Ok(fleet)) => fleet,
        Ok(Err(why)) => {
            warn!(why, "replicas could not be counted");
            before
        }
        Err(_) => before,
    }
}

async fn broker_fault(replicas: &Replicas) -> String {
    if !replicas.has_broker {
        return String::new();
    }
    match timeout(ANSWER_WITHIN, replicas.queue.health()).await {
        Ok(Ok(())) => String::new(),
        Ok(Err(fault)) => fault.to_string(),
        Err(_) => format!("no answer within {} s", ANSWER_WITHIN.as_secs()),
    }
}

fn tell(standing: &watch::Sender<Standing>, now: Standing) {
    standing.send_if_modified(|before| {
        if before.role != now.role {
            let Role {
                dispatches,
                executes,
            } = now.role;
            let (replicas, broker) = (now.situation.replicas, &now.broker_fault);
            info!(
                dispatches,
                executes, replicas, broker, "the role of this replica changes"
            );
        }
        let differs = *before != now;
        *before = now;
        differs
    });
}
