//! How many hints wait: the distance between what was written and what was committed, over all partitions.

use std::time::{Duration, Instant};

use kubemin_ports::QueueResult;
use rdkafka::consumer::{Consumer, StreamConsumer};
use rdkafka::producer::{FutureProducer, Producer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::context::{Group, Quiet};
use super::fault::fault;
use super::settings::KafkaSettings;
use super::topic::partitions;

/// Blocks, at most for about the time-out of a call.
pub(super) fn depth(
    consumer: &StreamConsumer<Group>,
    producer: &FutureProducer<Quiet>,
    settings: &KafkaSettings,
) -> QueueResult<u64> {
    let end = Instant::now() + settings.worker.call_timeout;
    // librdkafka takes 0 for "do not wait"
    let left = || {
        end.saturating_duration_since(Instant::now())
            .max(Duration::from_millis(1))
    };
    let (place, topic) = (settings.place(), settings.topic.as_str());
    let count = partitions(consumer, settings, left())?.unwrap_or_default();
    let mut list = TopicPartitionList::new();
    for partition in 0..i32::try_from(count).unwrap_or(i32::MAX) {
        list.add_partition(topic, partition);
    }
    let committed = consumer
        .committed_offsets(list, left())
        .map_err(|error| fault(&place, "committed offsets", &error))?;
    let mut depth = 0;
    for one in committed.elements() {
        // by the producer's connection: on the consumer's, every question waits behind a fetch
        let (low, high) = producer
            .client()
            .fetch_watermarks(topic, one.partition(), left())
            .map_err(|error| fault(&place, "watermarks", &error))?;
        depth += waiting(low, high, one.offset());
    }
    Ok(depth)
}

/// Messages of a partition from the committed offset on; all of them when nothing was committed yet.
fn waiting(low: i64, high: i64, committed: Offset) -> u64 {
    let from = match committed {
        Offset::Offset(offset) => offset.max(low),
        _ => low,
    };
    u64::try_from(high - from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deleted_or_committed_does_not_wait() {
        assert_eq!(waiting(10, 30, Offset::Offset(25)), 5);
        assert_eq!(waiting(10, 30, Offset::Offset(5)), 20);
        assert_eq!(waiting(10, 30, Offset::Invalid), 20);
        assert_eq!(waiting(0, 0, Offset::Offset(500)), 0);
    }
}
