//! Errors of librdkafka in our words.

use kubemin_ports::QueueError;
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};

/// What went wrong at these brokers.
pub(super) fn fault(place: &str, what: &str, error: &KafkaError) -> QueueError {
    // the text of a setting that is refused may hold the setting, and that may be a password
    if let KafkaError::ClientConfig(_, _, key, _) = error {
        return QueueError::Refused(format!(
            "kafka at {place}: {what}: setting {key} is refused"
        ));
    }
    match error.rdkafka_error_code() {
        Some(code) => coded(place, what, code),
        None => QueueError::Unavailable(format!("kafka at {place}: {what}: {error}")),
    }
}

/// The same for a bare code.
pub(super) fn coded(place: &str, what: &str, code: Code) -> QueueError {
    let message = format!("kafka at {place}: {what}: {code}");
    if is_refusal(code) {
        QueueError::Refused(message)
    } else {
        QueueError::Unavailable(message)
    }
}

/// Whether the topic is not there.
pub(super) fn is_missing(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownTopicOrPartition
            | Code::UnknownTopic
            | Code::UnknownPartition
            | Code::UnknownTopicId
    )
}

fn is_refusal(code: Code) -> bool {
    matches!(
        code,
        Code::Authentication
            | Code::SaslAuthenticationFailed
            | Code::TopicAuthorizationFailed
            | Code::GroupAuthorizationFailed
            | Code::ClusterAuthorizationFailed
            | Code::SSL
            | Code::UnsupportedSASLMechanism
    )
}
