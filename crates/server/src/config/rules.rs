//! Settings that contradict each other, and settings that do nothing (seed 000, 关键配置约束; interfaces, Configuration).

use std::fmt::Display;

use super::choices::MessageType;
use super::resolve::{Fault, Resolved, Source};
use super::sections::Settings;
use super::setting::{Effective, Setting};

/// Pairs that cannot both hold, all of them.
pub(super) fn contradictions(settings: &Settings, values: &[Resolved]) -> Vec<Fault> {
    let found = Found { values };
    [
        worker(settings, &found),
        lease(settings, &found),
        kafka(settings, &found),
        listener(settings, &found),
    ]
    .concat()
}

/// What runs, but hardly as meant.
pub(super) fn warnings(settings: &Settings, values: &[Resolved]) -> Vec<String> {
    let mut warnings = without_effect(settings.messaging.r#type, values);
    let found = Found { values };
    let (idle, timeout) = (
        "workflow.workerAutoClaimMinIdle",
        "workflow.defaultJobTimeout",
    );
    let matters = settings.messaging.r#type == MessageType::Redis
        || found.given(idle)
        || found.given(timeout);
    if matters
        && settings.workflow.worker_auto_claim_min_idle <= settings.workflow.default_job_timeout
    {
        warnings.push(format!(
            "{} is not above {}: a message is claimed again while its job may still run; \
             the row's lease keeps it from running twice",
            found.say(idle),
            found.say(timeout)
        ));
    }
    warnings
}

fn worker(settings: &Settings, found: &Found<'_>) -> Vec<Fault> {
    let workflow = &settings.workflow;
    let (stale, idle) = (
        "workflow.workerStaleInterval",
        "workflow.workerAutoClaimMinIdle",
    );
    let (min, max, block) = (
        "workflow.workerBackoffMin",
        "workflow.workerBackoffMax",
        "workflow.workerReadBlock",
    );
    [
        found.refuse(
            workflow.worker_stale_interval >= workflow.worker_auto_claim_min_idle,
            (stale, "must be below", idle),
            "or work is claimed before anybody looked for it",
        ),
        found.refuse(
            workflow.worker_backoff_max <= workflow.worker_read_block,
            (max, "must be above", block),
            "or a failing worker asks as often as a healthy one",
        ),
        found.refuse(
            workflow.worker_backoff_min > workflow.worker_backoff_max,
            (min, "must not be above", max),
            "because waits grow from the one to the other",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn lease(settings: &Settings, found: &Found<'_>) -> Vec<Fault> {
    let leader = &settings.leader;
    let (duration, deadline, retry) = (
        "leader.leaseDuration",
        "leader.leaseRenewDeadline",
        "leader.leaseRetryPeriod",
    );
    [
        found.refuse(
            leader.lease_renew_deadline >= leader.lease_duration,
            (deadline, "must be below", duration),
            "or two replicas could lead at once",
        ),
        found.refuse(
            leader.lease_retry_period >= leader.lease_renew_deadline,
            (retry, "must be below", deadline),
            "or a leader steps down before it tried to renew",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn kafka(settings: &Settings, found: &Found<'_>) -> Vec<Fault> {
    let messaging = &settings.messaging;
    let (mode, brokers) = ("messaging.type", "messaging.kafkaBrokers");
    let is_kafka = messaging.r#type == MessageType::Kafka;
    let sasl = messaging.kafka_sasl_mechanism.is_some();
    let password =
        messaging.kafka_sasl_password.is_some() || messaging.kafka_sasl_password_file.is_some();
    let mut faults = Vec::new();
    if is_kafka && messaging.kafka_brokers.is_empty() {
        faults.push(found.fault(
            &[mode, brokers],
            format!(
                "{} needs {brokers} (--msg-kafka-brokers HOST:PORT,…)",
                found.say(mode)
            ),
        ));
    }
    faults.extend(found.refuse(
        is_kafka && messaging.kafka_heartbeat_interval >= messaging.kafka_session_timeout,
        (
            "messaging.kafkaHeartbeatInterval",
            "must be below",
            "messaging.kafkaSessionTimeout",
        ),
        "or every consumer is taken for dead",
    ));
    if is_kafka && sasl && (messaging.kafka_sasl_username.is_none() || !password) {
        faults.push(found.fault(
            &["messaging.kafkaSaslMechanism", "messaging.kafkaSaslUsername"],
            "messaging.kafkaSaslMechanism needs messaging.kafkaSaslUsername and messaging.kafkaSaslPasswordFile".to_owned(),
        ));
    }
    faults
}

fn listener(settings: &Settings, found: &Found<'_>) -> Vec<Fault> {
    let pair = |one: bool, other: bool, keys: [&'static str; 2]| {
        (one && !other).then(|| {
            found.fault(
                &keys,
                format!("{} needs {} too", found.say(keys[0]), keys[1]),
            )
        })
    };
    let (cert, key) = (
        settings.server.tls_cert.is_some(),
        settings.server.tls_key.is_some(),
    );
    let (file, value) = (
        settings.security.encryption_key_file.is_some(),
        settings.security.encryption_key.is_some(),
    );
    let twice = (file && value).then(|| {
        found.fault(
            &["security.encryptionKeyFile", "security.encryptionKey"],
            "security.encryptionKeyFile and the variable KUBEMIN_ENCRYPTION_KEY both give the key; keep one".to_owned(),
        )
    });
    [
        pair(cert, key, ["server.tlsCert", "server.tlsKey"]),
        pair(key, cert, ["server.tlsKey", "server.tlsCert"]),
        twice,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Settings that somebody gave and that the chosen queue does not use.
fn without_effect(mode: MessageType, values: &[Resolved]) -> Vec<String> {
    let unused = |effective: Effective| -> Vec<&str> {
        values
            .iter()
            .filter(|value| value.source != Source::Default && value.setting.effective == effective)
            .map(|value| value.setting.key)
            .collect()
    };
    let say = |effective: Effective, only: &str| {
        let keys = unused(effective);
        (!keys.is_empty()).then(|| {
            let verb = if keys.len() == 1 { "has" } else { "have" };
            format!(
                "{} {verb} no effect with messaging.type {}; only with {only}",
                keys.join(", "),
                mode.as_str()
            )
        })
    };
    let redis = (mode != MessageType::Redis).then(|| say(Effective::Redis, "redis"));
    let kafka = (mode != MessageType::Kafka).then(|| say(Effective::Kafka, "kafka"));
    [redis, kafka].into_iter().flatten().flatten().collect()
}

/// The values, to speak about.
struct Found<'a> {
    values: &'a [Resolved],
}

impl Found<'_> {
    fn of(&self, key: &str) -> Option<&Resolved> {
        self.values.iter().find(|value| value.setting.key == key)
    }

    fn given(&self, key: &str) -> bool {
        self.of(key)
            .is_some_and(|value| value.source != Source::Default)
    }

    /// `workflow.workerBackoffMin (10m, file)`.
    fn say(&self, key: &str) -> String {
        match self.of(key) {
            Some(Resolved {
                setting,
                text,
                source,
            }) => {
                format!(
                    "{key} ({}, {})",
                    Setting::shown(setting, text),
                    source.as_str()
                )
            }
            None => key.to_owned(),
        }
    }

    fn refuse(
        &self,
        wrong: bool,
        (one, must, other): (&str, &str, &str),
        why: impl Display,
    ) -> Option<Fault> {
        wrong.then(|| {
            let message = format!("{} {must} {}, {why}", self.say(one), self.say(other));
            self.fault(&[one, other], message)
        })
    }

    fn fault(&self, keys: &[&str], message: String) -> Fault {
        Fault {
            place: String::new(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            message,
        }
    }
}
