//! Who leads among replicas (app-plane §5).

use async_trait::async_trait;
use tokio::sync::watch;

/// What a replica knows about the lead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leadership {
    /// Id of the replica that leads, empty while nobody does or nothing is known.
    pub leader: String,
    /// Whether that is this replica.
    pub leads: bool,
    /// How often the lead has passed from one to another since the Lease was made. For people: it begins anew when
    /// somebody deletes the Lease, so that it fences nothing.
    pub transitions: i64,
}

/// The replicas of this installation, as their controller wants them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fleet {
    /// How many there shall be.
    pub replicas: u32,
    /// Whether this one was made last.
    pub youngest: bool,
}

/// Counts the replicas.
#[async_trait]
pub trait Census: Send + Sync {
    /// The replicas as they shall be now; the error says what could not be asked.
    async fn count(&self) -> Result<Fleet, String>;
}

/// An election that goes on for as long as the process lives.
#[async_trait]
pub trait Election: Send + Sync {
    /// Whether this replica leads at this moment. False also for a replica that was paused and does not know yet that
    /// it lost the lead: its time is over by its own clock.
    fn leads(&self) -> bool;
    /// Changes of the lead, the present state first.
    fn leadership(&self) -> watch::Receiver<Leadership>;
    /// What keeps this replica from taking part, for people; `None` when all is well.
    fn trouble(&self) -> Option<String>;
    /// Gives the lead back, so that another replica need not wait until it runs out. Ends taking part.
    async fn resign(&self);
}
