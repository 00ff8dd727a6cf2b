//! The task that makes the topic at start and again when somebody deleted it.

use std::sync::Arc;

use kubemin_ports::QueueError;
use rdkafka::consumer::StreamConsumer;
use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{info, warn};

use super::context::Group;
use super::settings::KafkaSettings;
use super::topic::{ensure, too_few};
use crate::backoff::Backoff;
use crate::inbox::Inbox;

/// Sees to the topic until it is cancelled.
pub(super) async fn keep_topic(
    settings: KafkaSettings,
    consumer: Arc<StreamConsumer<Group>>,
    inbox: Arc<Inbox>,
    missing: Arc<Notify>,
) {
    let worker = &settings.worker;
    let mut backoff = Backoff::new(worker.backoff_min, worker.backoff_max);
    loop {
        let (consumer, owned) = (consumer.clone(), settings.clone());
        let ensured = spawn_blocking(move || ensure(&consumer, &owned)).await;
        let fault = match ensured {
            Ok(Ok(partitions)) => {
                backoff.succeeded();
                say(&settings, partitions);
                missing.notified().await;
                continue;
            }
            Ok(Err(fault)) => fault,
            Err(panicked) => QueueError::Unavailable(panicked.to_string()),
        };
        let (count, pause) = backoff.failed();
        warn!(%fault, count, ?pause, "the topic cannot be checked; trying again");
        inbox.note(Some(fault));
        sleep(pause).await;
    }
}

fn say(settings: &KafkaSettings, partitions: usize) {
    let topic = &settings.topic;
    match too_few(topic, partitions, settings.workers) {
        Some(warning) => warn!("{warning}"),
        None => info!(
            topic,
            partitions,
            workers = settings.workers,
            "kafka topic is there"
        ),
    }
}
