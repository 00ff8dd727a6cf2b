//! Wake-up hints over nothing, Redis Streams or Kafka, behind [`kubemin_ports::Queue`].
//!
//! A hint is not a task (ADR 0006): whatever a broker loses, doubles, delays or forgets costs time only.

#[cfg(any(feature = "redis", feature = "kafka"))]
mod backoff;
mod in_process;
#[cfg(any(feature = "redis", feature = "kafka"))]
mod inbox;
#[cfg(feature = "kafka")]
pub mod kafka;
#[cfg(feature = "redis")]
pub mod redis;
mod worker;

pub use in_process::InProcess;
pub use worker::Worker;

/// The stream or topic of an installation (decision 49).
#[must_use]
pub fn channel(prefix: &str) -> String {
    format!("{prefix}.workflow.dispatch")
}
