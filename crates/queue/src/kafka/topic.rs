//! The topic: made when it is missing, and large enough for the workers.
//!
//! librdkafka's questions to a broker block a thread, so everything here runs on a thread that may block.

use std::time::Duration;

use kubemin_ports::{QueueError, QueueResult};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::consumer::{Consumer, StreamConsumer};
use rdkafka::error::RDKafkaErrorCode as Code;

use super::context::{Group, Quiet};
use super::fault::{coded, fault, is_missing};
use super::settings::KafkaSettings;

/// Age at which Kafka deletes hints. The sweep has found their tasks long before.
const RETENTION_MS: &str = "86400000";

/// Partitions of the topic, which is made when it is not there.
pub(super) fn ensure(
    consumer: &StreamConsumer<Group>,
    settings: &KafkaSettings,
) -> QueueResult<usize> {
    let timeout = settings.worker.call_timeout;
    if let Some(partitions) = partitions(consumer, settings, timeout)? {
        return Ok(partitions);
    }
    create(settings)?;
    Ok(settings.partitions as usize)
}

/// Partitions of the topic; `None` when there is none. Asked by the consumer, whose questions never make a topic.
pub(super) fn partitions(
    consumer: &StreamConsumer<Group>,
    settings: &KafkaSettings,
    timeout: Duration,
) -> QueueResult<Option<usize>> {
    let place = settings.place();
    let asked = consumer.fetch_metadata(Some(&settings.topic), timeout);
    let metadata = asked.map_err(|error| fault(&place, "metadata", &error))?;
    let Some(topic) = metadata.topics().first() else {
        return Ok(None);
    };
    match topic.error().map(Code::from) {
        Some(code) if is_missing(code) => Ok(None),
        Some(code) => Err(coded(&place, &settings.topic, code)),
        None => Ok(Some(topic.partitions().len())),
    }
}

fn create(settings: &KafkaSettings) -> QueueResult<()> {
    let place = settings.place();
    let KafkaSettings {
        topic, partitions, ..
    } = settings;
    let count = i32::try_from(*partitions).unwrap_or(i32::MAX);
    // -1 is the brokers' own default
    let new =
        NewTopic::new(topic, count, TopicReplication::Fixed(-1)).set("retention.ms", RETENTION_MS);
    let timeout = settings.worker.call_timeout;
    let options = AdminOptions::new()
        .request_timeout(Some(timeout))
        .operation_timeout(Some(timeout));
    let admin: AdminClient<Quiet> = settings
        .client()
        .create_with_context(Quiet)
        .map_err(|error| fault(&place, "admin client", &error))?;
    let created = futures::executor::block_on(admin.create_topics([&new], &options))
        .map_err(|error| fault(&place, "creating the topic", &error))?;
    match created.into_iter().next() {
        Some(Err((_, Code::TopicAlreadyExists))) | Some(Ok(_)) | None => Ok(()),
        Some(Err((_, code @ (Code::TopicAuthorizationFailed | Code::PolicyViolation)))) => {
            Err(QueueError::Refused(format!(
                "kafka at {place}: topic {topic} does not exist and may not be made by this user ({code}); \
                 make it with {partitions} partitions"
            )))
        }
        Some(Err((_, code))) => Err(coded(&place, &format!("creating topic {topic}"), code)),
    }
}

/// What to say when there are fewer partitions than workers (seed 000, 关键配置约束 4).
pub(super) fn too_few(topic: &str, partitions: usize, workers: u32) -> Option<String> {
    (partitions < workers as usize).then(|| {
        let idle = workers as usize - partitions;
        format!(
            "topic {topic} has {partitions} partitions for {workers} workers: {idle} of them will get no hints and find \
             work by their sweep only; give the topic at least {workers} partitions"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_partitions_than_workers_are_said_with_the_numbers() {
        assert_eq!(too_few("t", 3, 3), None);
        let said = too_few("kubemin.workflow.dispatch", 3, 5).unwrap();
        assert!(
            said.starts_with(
                "topic kubemin.workflow.dispatch has 3 partitions for 5 workers: 2 of them"
            ),
            "{said}"
        );
    }
}
