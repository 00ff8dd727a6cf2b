//! What librdkafka calls back: log lines, errors, partitions that come and go.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::TopicPartitionList;
use tracing::{debug, info, warn};

use super::offsets::Offsets;
use crate::inbox::Inbox;

/// Log lines of clients that only ask or send.
pub(super) struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        debug!(%error, reason, "kafka client");
    }
}

/// The consumer's side: keeps the offsets of what is assigned.
pub(super) struct Group {
    offsets: Mutex<Offsets>,
    inbox: Arc<Inbox>,
}

impl Group {
    pub(super) fn new(inbox: Arc<Inbox>) -> Self {
        Self {
            offsets: Mutex::default(),
            inbox,
        }
    }

    pub(super) fn offsets(&self) -> MutexGuard<'_, Offsets> {
        self.offsets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Group {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        debug!(%error, reason, "kafka consumer");
    }
}

impl ConsumerContext for Group {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(partitions) = rebalance {
            info!(partitions = ?numbers(partitions), "kafka partitions went to other workers");
            self.offsets().revoked(numbers(partitions));
        }
    }

    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(partitions) = rebalance {
            info!(partitions = ?numbers(partitions), "kafka partitions assigned");
            self.inbox.note(None);
        }
    }
}

fn numbers(partitions: &TopicPartitionList) -> Vec<i32> {
    let elements = partitions.elements();
    elements.iter().map(|one| one.partition()).collect()
}

/// librdkafka calls every lost connection an error; we say it once, in our words, where reading fails.
fn log(level: RDKafkaLogLevel, facility: &str, message: &str) {
    match level {
        RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
            warn!(facility, message, "librdkafka");
        }
        _ => debug!(facility, message, "librdkafka"),
    }
}
