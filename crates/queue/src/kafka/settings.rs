//! Where Kafka is, how to prove who we are, and what librdkafka is told.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use rdkafka::ClientConfig;

use crate::worker::Worker;

/// Longest wait of a producer between attempts to connect: publishing has to work again soon after the broker does.
const PRODUCER_RECONNECT: Duration = Duration::from_secs(2);
/// The same of a consumer, which is also asked whether the broker is well: an operator would not wait longer for the answer.
const CONSUMER_RECONNECT: Duration = Duration::from_secs(30);
/// How often partitions are counted anew, which is also how late a topic that was deleted and made again is seen.
const METADATA_EVERY: Duration = Duration::from_secs(5);
/// How long a broker holds a fetch without messages, as in seed 000. Other questions on the connection wait behind it.
const FETCH_WAIT: Duration = Duration::from_millis(500);
/// How late an acknowledged hint is written down; after a crash, hints of that time come again.
const COMMIT_EVERY: Duration = Duration::from_secs(1);

/// Where a new consumer group begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffsetReset {
    /// With the oldest hint.
    Earliest,
    /// With the next hint.
    Latest,
}

/// How to prove who we are.
#[derive(Clone)]
pub struct Sasl {
    /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
    pub mechanism: String,
    /// User.
    pub username: String,
    /// Password.
    pub password: String,
}

/// Settings of the Kafka queue.
#[derive(Clone)]
pub struct KafkaSettings {
    /// HOST:PORT of brokers to begin with (`--msg-kafka-brokers`).
    pub brokers: Vec<String>,
    /// Topic, from [`crate::channel`].
    pub topic: String,
    /// Consumer group (`--msg-kafka-group-id`).
    pub group_id: String,
    /// Where a new group begins (`--msg-kafka-offset-reset`).
    pub offset_reset: OffsetReset,
    /// A silent consumer has lost its partitions after this time (`--msg-kafka-session-timeout`).
    pub session_timeout: Duration,
    /// How often a consumer says that it is alive (`--msg-kafka-heartbeat-interval`).
    pub heartbeat_interval: Duration,
    /// How long a rebalance waits for the members of the group (`--msg-kafka-rebalance-timeout`).
    pub rebalance_timeout: Duration,
    /// Login; `None` is no SASL (`--msg-kafka-sasl-*`).
    pub sasl: Option<Sasl>,
    /// Talk over TLS (`--msg-kafka-tls`).
    pub tls: bool,
    /// File with the brokers' certificate authority; turns TLS on (`--msg-kafka-tls-ca`).
    pub tls_ca: Option<PathBuf>,
    /// Partitions of the topic when this process makes it.
    pub partitions: u32,
    /// Replicas that execute, to compare with the partitions.
    pub workers: u32,
    /// The reading side.
    pub worker: Worker,
}

impl Default for KafkaSettings {
    /// The manual's defaults without a broker; twelve partitions are shared evenly by 1, 2, 3, 4, 6 or 12 workers.
    fn default() -> Self {
        Self {
            brokers: Vec::new(),
            topic: crate::channel("kubemin"),
            group_id: "kubemin-workflow-workers".to_owned(),
            offset_reset: OffsetReset::Earliest,
            session_timeout: Duration::from_secs(30),
            heartbeat_interval: Duration::from_secs(3),
            rebalance_timeout: Duration::from_secs(30),
            sasl: None,
            tls: false,
            tls_ca: None,
            partitions: 12,
            workers: 1,
            worker: Worker::default(),
        }
    }
}

impl fmt::Debug for KafkaSettings {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaSettings")
            .field("brokers", &self.brokers)
            .field("topic", &self.topic)
            .field("group_id", &self.group_id)
            .finish_non_exhaustive()
    }
}

impl KafkaSettings {
    /// `host:port,host:port`.
    pub(super) fn place(&self) -> String {
        self.brokers.join(",")
    }

    /// What every client is told.
    pub(super) fn client(&self) -> ClientConfig {
        let first = self.worker.backoff_min.min(PRODUCER_RECONNECT);
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", self.place())
            .set("client.id", &self.worker.consumer)
            .set("security.protocol", self.protocol())
            .set("socket.keepalive.enable", "true")
            .set("reconnect.backoff.ms", millis(first))
            .set("topic.metadata.refresh.interval.ms", millis(METADATA_EVERY));
        if self.is_tls() {
            let probe = || "probe".to_owned();
            let ca = self.tls_ca.as_ref();
            let ca = ca.map_or_else(probe, |file| file.display().to_string());
            config.set("ssl.ca.location", ca);
        }
        if let Some(sasl) = &self.sasl {
            config
                .set("sasl.mechanism", &sasl.mechanism)
                .set("sasl.username", &sasl.username)
                .set("sasl.password", &sasl.password);
        }
        config
    }

    /// What the consumer is told. Offsets are stored by us after the claim and committed by librdkafka; joining and leaving
    /// members take over partitions without stopping the others.
    pub(super) fn consumer(&self) -> ClientConfig {
        let mut config = self.client();
        let reset = match self.offset_reset {
            OffsetReset::Earliest => "earliest",
            OffsetReset::Latest => "latest",
        };
        // librdkafka refuses a poll interval, which is its rebalance time-out, below the session's
        let rebalance = self.rebalance_timeout.max(self.session_timeout);
        let reconnect = self.worker.backoff_max.min(CONSUMER_RECONNECT);
        config
            .set("group.id", &self.group_id)
            .set("auto.offset.reset", reset)
            .set("session.timeout.ms", millis(self.session_timeout))
            .set("heartbeat.interval.ms", millis(self.heartbeat_interval))
            .set("max.poll.interval.ms", millis(rebalance))
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("enable.auto.offset.store", "false")
            .set("auto.commit.interval.ms", millis(COMMIT_EVERY))
            .set("fetch.wait.max.ms", millis(FETCH_WAIT))
            .set("reconnect.backoff.max.ms", millis(reconnect));
        config
    }

    /// What the producer is told. One replica's word is enough for a hint.
    pub(super) fn producer(&self) -> ClientConfig {
        let mut config = self.client();
        let reconnect = self.worker.backoff_max.min(PRODUCER_RECONNECT);
        config
            .set("acks", "1")
            .set("message.timeout.ms", millis(self.worker.call_timeout))
            .set("reconnect.backoff.max.ms", millis(reconnect));
        config
    }

    fn is_tls(&self) -> bool {
        self.tls || self.tls_ca.is_some()
    }

    fn protocol(&self) -> &'static str {
        match (self.is_tls(), self.sasl.is_some()) {
            (false, false) => "plaintext",
            (true, false) => "ssl",
            (false, true) => "sasl_plaintext",
            (true, true) => "sasl_ssl",
        }
    }
}

fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_authority_turns_tls_on() {
        let settings = KafkaSettings {
            tls_ca: Some(PathBuf::from("/etc/kafka/ca.pem")),
            ..KafkaSettings::default()
        };
        let config = settings.client();
        assert_eq!(config.get("security.protocol"), Some("ssl"));
        assert_eq!(config.get("ssl.ca.location"), Some("/etc/kafka/ca.pem"));
    }

    #[test]
    fn the_password_is_not_printed() {
        let settings = KafkaSettings {
            sasl: Some(Sasl {
                mechanism: "PLAIN".to_owned(),
                username: "kubemin".to_owned(),
                password: "hunter2".to_owned(),
            }),
            ..KafkaSettings::default()
        };
        assert!(!format!("{settings:?}").contains("hunter2"));
        let config = settings.client();
        assert_eq!(config.get("security.protocol"), Some("sasl_plaintext"));
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
