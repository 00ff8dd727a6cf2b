//! The loop that polls. It is a task of its own and never waits for work, so a rebalance never waits for it.

use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::{Delivery, Hint, QueueError};
use rdkafka::consumer::{Consumer, StreamConsumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::context::Group;
use super::fault::{fault, is_missing};
use super::settings::KafkaSettings;
use crate::inbox::Inbox;

/// How long a full inbox may keep the loop from polling before the partitions are paused.
const PATIENCE: Duration = Duration::from_millis(100);

/// What the polling task knows.
pub(super) struct Reader {
    pub(super) settings: KafkaSettings,
    pub(super) consumer: Arc<StreamConsumer<Group>>,
    pub(super) inbox: Arc<Inbox>,
    pub(super) stop: CancellationToken,
    pub(super) topic_missing: Arc<Notify>,
}

impl Reader {
    /// Polls until it is stopped or gives up.
    pub(super) async fn run(self) {
        let gave_up = self.stop.run_until_cancelled(self.poll()).await;
        self.inbox.end(gave_up.unwrap_or(QueueError::Closed));
    }

    async fn poll(&self) -> QueueError {
        let worker = &self.settings.worker;
        let (mut paused, mut failures) = (false, 0_u32);
        loop {
            paused = self.hold_back(paused).await;
            let received = tokio::select! {
                received = self.consumer.recv() => received,
                () = self.inbox.room(worker.read_count), if paused => continue,
            };
            match received {
                Ok(message) => {
                    failures = 0;
                    self.received(&message);
                }
                Err(error) => {
                    // no pause here: librdkafka pauses between attempts, and rebalances wait behind its errors
                    failures = failures.saturating_add(1);
                    if let Some(gave_up) = self.failed(&error, failures) {
                        return gave_up;
                    }
                }
            }
        }
    }

    /// Pauses all partitions while nobody takes what was read, and lets them go on afterwards. What is paused stays in
    /// Kafka; a partition that comes by a rebalance meanwhile is paused one message later.
    async fn hold_back(&self, paused: bool) -> bool {
        let bound = self.settings.worker.read_count;
        let full = timeout(PATIENCE, self.inbox.room(bound)).await.is_err();
        if full || paused {
            let changed = self.consumer.assignment().and_then(|assigned| {
                if full {
                    self.consumer.pause(&assigned)
                } else {
                    self.consumer.resume(&assigned)
                }
            });
            if let Err(error) = changed {
                debug!(%error, full, "kafka partitions could not be paused or resumed");
            }
        }
        full
    }

    fn received(&self, message: &BorrowedMessage<'_>) {
        let (partition, offset) = (message.partition(), message.offset());
        let group = self.consumer.context();
        group.offsets().delivered(partition, offset);
        if self.inbox.failed_last() {
            info!(place = self.settings.place(), "kafka can be read again");
            self.inbox.note(None);
        }
        let payload = message.payload().unwrap_or_default();
        match serde_json::from_slice::<Hint>(payload) {
            Ok(hint) => self.inbox.put([Delivery {
                hint,
                receipt: format!("{partition}:{offset}"),
            }]),
            Err(error) => {
                warn!(%error, partition, offset, "a message is no hint and was passed over");
                group.offsets().acknowledged(partition, offset);
            }
        }
    }

    /// Notes a failure; why to end, if it is the last.
    fn failed(&self, error: &KafkaError, count: u32) -> Option<QueueError> {
        let code = error.rdkafka_error_code();
        if code.is_some_and(is_missing) {
            self.topic_missing.notify_one();
        }
        let fault = fault(&self.settings.place(), "read", error);
        let limit = self.settings.worker.max_read_failures;
        if matches!(error, KafkaError::MessageConsumptionFatal(_)) || (limit > 0 && count >= limit)
        {
            return Some(QueueError::GaveUp(format!(
                "{fault}; gave up after {count} failures in a row"
            )));
        }
        // every attempt to connect is an error; the log hears of the first, second, fourth …
        if count.is_power_of_two() {
            warn!(%fault, count, "hints cannot be read; trying again");
        }
        self.inbox.note(Some(fault));
        None
    }
}
