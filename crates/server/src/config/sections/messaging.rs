//! Section `messaging` (seed 000, 消息队列参数 and Kafka 参数; decision 49).

use std::path::PathBuf;
use std::time::Duration;

use crate::config::choices::{KafkaSaslMechanism, MessageType, OffsetReset};
use crate::config::form::Secret;
use crate::config::section::section;
use crate::config::setting::{Effective, Secrecy, Setting};

const REDIS: Effective = Effective::Redis;
const KAFKA: Effective = Effective::Kafka;

section! {
    /// The queue that wakes workers. The database is the truth; a lost message costs time, never a task.
    Messaging {
        /// Queue between replicas; noop means one process without a queue.
        r#type: MessageType = Setting::new("messaging.type", "msg-type", "noop");
        /// Beginning of every topic and stream; apart for each installation that shares a broker.
        channel_prefix: String = Setting::new("messaging.channelPrefix", "msg-channel-prefix", "kubemin");
        /// Longest Redis stream; older messages are trimmed.
        redis_stream_max_len: u64 = Setting::new("messaging.redisStreamMaxLen", "msg-redis-maxlen", "50000").positive().only_with(REDIS);
        /// Kafka brokers, HOST:PORT.
        kafka_brokers: Vec<String> = Setting::new("messaging.kafkaBrokers", "msg-kafka-brokers", "").only_with(KAFKA);
        /// Kafka consumer group.
        kafka_group_id: String = Setting::new("messaging.kafkaGroupID", "msg-kafka-group-id", "kubemin-workflow-workers").only_with(KAFKA);
        /// Where a new consumer group begins.
        kafka_auto_offset_reset: OffsetReset = Setting::new("messaging.kafkaAutoOffsetReset", "msg-kafka-offset-reset", "earliest").only_with(KAFKA);
        /// A consumer that is silent for this time has lost its partitions.
        kafka_session_timeout: Duration = Setting::new("messaging.kafkaSessionTimeout", "msg-kafka-session-timeout", "30s").positive().only_with(KAFKA);
        /// How often a consumer says that it is alive.
        kafka_heartbeat_interval: Duration = Setting::new("messaging.kafkaHeartbeatInterval", "msg-kafka-heartbeat-interval", "3s").positive().only_with(KAFKA);
        /// How long a rebalance waits for the members of the group.
        kafka_rebalance_timeout: Duration = Setting::new("messaging.kafkaRebalanceTimeout", "msg-kafka-rebalance-timeout", "30s").positive().only_with(KAFKA);
        /// SASL mechanism; unset means no SASL.
        kafka_sasl_mechanism: Option<KafkaSaslMechanism> = Setting::new("messaging.kafkaSaslMechanism", "msg-kafka-sasl-mechanism", "").only_with(KAFKA);
        /// SASL user.
        kafka_sasl_username: Option<String> = Setting::new("messaging.kafkaSaslUsername", "msg-kafka-sasl-username", "").only_with(KAFKA);
        /// File with the SASL password.
        kafka_sasl_password_file: Option<PathBuf> = Setting::new("messaging.kafkaSaslPasswordFile", "msg-kafka-sasl-password-file", "").only_with(KAFKA);
        /// SASL password.
        kafka_sasl_password: Option<Secret> = Setting::new("messaging.kafkaSaslPassword", "msg-kafka-sasl-password", "").only_with(KAFKA).secret(Secrecy::Hidden);
        /// Talk to Kafka over TLS.
        kafka_tls: bool = Setting::new("messaging.kafkaTls", "msg-kafka-tls", "false").only_with(KAFKA);
        /// File with the certificate authority of the brokers; turns TLS on.
        kafka_tls_ca: Option<PathBuf> = Setting::new("messaging.kafkaTlsCa", "msg-kafka-tls-ca", "").only_with(KAFKA);
    }
}
