//! This process as one of several on a shared database: queue, election, census (app-plane §5; decisions 33 and 34).

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kubemin_cluster::{KubeCluster, LeaseOptions};
use kubemin_engine::Replicas;
use kubemin_ports::{Census, Fleet, Queue, ReplicaRow, Store};
use kubemin_queue::{InProcess, Worker, kafka, redis};

use crate::config::{KafkaSaslMechanism, MessageType, OffsetReset, ReplicaParity, Settings};
use crate::run::RunError;

/// Namespace of a pod's account.
const POD_NAMESPACE_FILE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
/// How often the controller of the pods is asked (seed 000: every 30 s).
const ASK_CONTROLLER_EVERY: Duration = Duration::from_secs(30);
/// How often a process without a controller checks in.
const CHECK_IN_EVERY: Duration = Duration::from_secs(5);
/// A hint that nobody acknowledged comes again after this time.
const AGAIN_AFTER: Duration = Duration::from_secs(60);
/// Bound of a call to the broker.
const CALL_WITHIN: Duration = Duration::from_secs(2);

/// Everything that makes this process a replica.
pub(crate) fn replicas(
    settings: &Settings,
    cluster: &Arc<KubeCluster>,
    store: &Arc<dyn Store>,
    id: &str,
) -> Result<Replicas, RunError> {
    let leader = &settings.leader;
    let election = cluster
        .elect(LeaseOptions {
            namespace: leader.namespace.clone().unwrap_or_default(),
            name: leader.lock_name.clone(),
            id: id.to_owned(),
            duration: leader.lease_duration,
            renew_deadline: leader.lease_renew_deadline,
            retry_period: leader.lease_retry_period,
        })
        .map_err(|fault| RunError::Settings(fault.to_string()))?;
    let (census, count_every) = census(settings, cluster, store, id);
    Ok(Replicas {
        queue: queue(settings, id)?,
        has_broker: settings.messaging.r#type != MessageType::Noop,
        election: Arc::new(election),
        census,
        count_every,
        parity: leader.replica_parity == ReplicaParity::Standby,
    })
}

fn queue(settings: &Settings, id: &str) -> Result<Arc<dyn Queue>, RunError> {
    Ok(match settings.messaging.r#type {
        MessageType::Noop => Arc::new(InProcess::new(AGAIN_AFTER)),
        MessageType::Redis => Arc::new(
            redis::Redis::start(redis_settings(settings, id)?)
                .map_err(|fault| RunError::Settings(fault.to_string()))?,
        ),
        MessageType::Kafka => Arc::new(
            kafka::Kafka::start(kafka_settings(settings, id)?)
                .map_err(|fault| RunError::Settings(fault.to_string()))?,
        ),
    })
}

fn worker(settings: &Settings, id: &str) -> Worker {
    let workflow = &settings.workflow;
    Worker {
        consumer: id.to_owned(),
        read_count: workflow.worker_read_count as usize,
        read_block: workflow.worker_read_block,
        backoff_min: workflow.worker_backoff_min,
        backoff_max: workflow.worker_backoff_max,
        max_read_failures: workflow.worker_max_read_failures,
        call_timeout: CALL_WITHIN,
    }
}

fn redis_settings(settings: &Settings, id: &str) -> Result<redis::RedisSettings, RunError> {
    let (cache, workflow) = (&settings.cache, &settings.workflow);
    let password = match (&cache.password_file, &cache.password) {
        (Some(path), _) => Some(line_of(path)?),
        (None, Some(password)) => Some(password.reveal().to_owned()),
        (None, None) => None,
    };
    Ok(redis::RedisSettings {
        host: cache.host.clone(),
        port: cache.port,
        db: cache.db,
        username: cache.username.clone(),
        password,
        tls: cache.tls,
        stream: kubemin_queue::channel(&settings.messaging.channel_prefix),
        max_len: usize::try_from(settings.messaging.redis_stream_max_len).unwrap_or(usize::MAX),
        claim_min_idle: workflow.worker_auto_claim_min_idle,
        claim_count: workflow.worker_auto_claim_count as usize,
        stale_interval: workflow.worker_stale_interval,
        max_claim_failures: workflow.worker_max_claim_failures,
        worker: worker(settings, id),
        ..redis::RedisSettings::default()
    })
}

fn kafka_settings(settings: &Settings, id: &str) -> Result<kafka::KafkaSettings, RunError> {
    let messaging = &settings.messaging;
    let password = match (
        &messaging.kafka_sasl_password_file,
        &messaging.kafka_sasl_password,
    ) {
        (Some(path), _) => line_of(path)?,
        (None, Some(password)) => password.reveal().to_owned(),
        (None, None) => String::new(),
    };
    let sasl = messaging.kafka_sasl_mechanism.map(|mechanism| kafka::Sasl {
        mechanism: KafkaSaslMechanism::as_str(mechanism).to_owned(),
        username: messaging.kafka_sasl_username.clone().unwrap_or_default(),
        password,
    });
    Ok(kafka::KafkaSettings {
        brokers: messaging.kafka_brokers.clone(),
        topic: kubemin_queue::channel(&messaging.channel_prefix),
        group_id: messaging.kafka_group_id.clone(),
        offset_reset: match messaging.kafka_auto_offset_reset {
            OffsetReset::Earliest => kafka::OffsetReset::Earliest,
            OffsetReset::Latest => kafka::OffsetReset::Latest,
        },
        session_timeout: messaging.kafka_session_timeout,
        heartbeat_interval: messaging.kafka_heartbeat_interval,
        rebalance_timeout: messaging.kafka_rebalance_timeout,
        sasl,
        tls: messaging.kafka_tls,
        tls_ca: messaging.kafka_tls_ca.clone(),
        worker: worker(settings, id),
        ..kafka::KafkaSettings::default()
    })
}

fn line_of(path: &std::path::Path) -> Result<String, RunError> {
    fs::read_to_string(path)
        .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
        .map_err(|error| RunError::Folder(format!("{}: {error}", path.display())))
}

/// In a pod its controller says how many replicas there shall be; elsewhere replicas check in with the database.
fn census(
    settings: &Settings,
    cluster: &Arc<KubeCluster>,
    store: &Arc<dyn Store>,
    id: &str,
) -> (Arc<dyn Census>, Duration) {
    let namespace = fs::read_to_string(POD_NAMESPACE_FILE).ok();
    let pod = std::env::var("POD_NAME")
        .or_else(|_| std::env::var("HOSTNAME"))
        .ok();
    if let (Some(namespace), Some(pod)) = (namespace, pod) {
        let census = Controller {
            cluster: Arc::clone(cluster),
            namespace: namespace.trim().to_owned(),
            pod,
        };
        return (Arc::new(census), ASK_CONTROLLER_EVERY);
    }
    let census = Register {
        store: Arc::clone(store),
        row: ReplicaRow {
            id: id.to_owned(),
            slots: settings.workflow.max_concurrent_workflows,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..ReplicaRow::default()
        },
    };
    (Arc::new(census), CHECK_IN_EVERY)
}

struct Controller {
    cluster: Arc<KubeCluster>,
    namespace: String,
    pod: String,
}

#[async_trait]
impl Census for Controller {
    async fn count(&self) -> Result<Fleet, String> {
        let fleet = self.cluster.fleet(&self.namespace, &self.pod).await;
        let fleet = fleet.map_err(|fault| fault.to_string())?;
        fleet.ok_or_else(|| format!("pod {} has no controller that counts replicas", self.pod))
    }
}

struct Register {
    store: Arc<dyn Store>,
    row: ReplicaRow,
}

#[async_trait]
impl Census for Register {
    async fn count(&self) -> Result<Fleet, String> {
        let all = self.store.check_in(&self.row).await;
        let all = all.map_err(|fault| fault.to_string())?;
        let youngest = all.iter().max_by_key(|row| (row.started_ms, &row.id));
        Ok(Fleet {
            replicas: u32::try_from(all.len()).unwrap_or(u32::MAX),
            youngest: youngest.is_some_and(|row| row.id == self.row.id),
        })
    }
}
