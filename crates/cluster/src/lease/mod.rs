//! Election by a Lease: one replica leads, the others wait for it to be silent
//! (<https://kubernetes.io/docs/concepts/architecture/leases/>; app-plane §5: 15 s / 10 s / 2 s).

mod decide;
mod election;
mod record;

pub use election::{LeaseElection, LeaseOptions};
