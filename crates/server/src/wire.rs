//! Adapters and engine, wired together from the settings.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use kubemin_cluster::KubeCluster;
use kubemin_engine::{Engine, EngineSettings, Parts};
use kubemin_objects::{ClusterFacts, GpuMemoryUnit, GpuNames};
use kubemin_ports::{Clock, Cluster, ClusterError, Retention, Store, SystemClock};
use kubemin_store::{KeySource, SqlStore};
use tracing::warn;

use crate::absent::Absent;
use crate::config::{self, DatastoreUrl, GpuUnit, Settings};
use crate::random;
use crate::replicas::replicas;
use crate::run::RunError;
use crate::state::Core;

/// Lock name of an installation that shares its cluster with no other one.
const ALONE: &str = "kubemin";
/// File in the data folder with the key of content hashes.
const HASH_KEY_FILE: &str = "hash.key";

/// Opens the database, connects to the cluster in the background and starts the engine.
pub(crate) async fn core(settings: &Settings) -> Result<Core, RunError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let database = SqlStore::open(store_options(settings, &clock)).await?;
    let shared = database.is_shared();
    let hash_key = match shared {
        true => database
            .content_hash_key()
            .await
            .map_err(|fault| RunError::Folder(fault.to_string()))?,
        false => hash_key(&settings.server.data_dir)?,
    };
    let store: Arc<dyn Store> = Arc::new(database);
    let facts = facts(settings, hash_key);
    let (cluster, kubernetes) = cluster(settings, &facts).await;
    let owner = owner(settings, shared);
    let replicas = match (shared, kubernetes) {
        (false, _) => None,
        (true, Some(cluster)) => Some(replicas(settings, &cluster, &store, &owner)?),
        (true, None) => return Err(no_lease()),
    };
    let engine = Engine::start(Parts {
        store: Arc::clone(&store),
        cluster: Arc::clone(&cluster),
        clock: Arc::clone(&clock),
        settings: engine_settings(settings, owner, facts.clone()),
        replicas,
    });
    Ok(Core {
        store,
        cluster,
        engine,
        clock,
        facts,
    })
}

pub(crate) fn store_options(settings: &Settings, clock: &Arc<dyn Clock>) -> kubemin_store::Options {
    let security = &settings.security;
    let key = match (&security.encryption_key_file, &security.encryption_key) {
        (Some(path), _) => KeySource::File(path.clone()),
        (None, Some(key)) => KeySource::Text(key.reveal().to_owned()),
        (None, None) => KeySource::DataFolder,
    };
    let url = settings.datastore.url.as_ref().map(|url| match url {
        DatastoreUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatastoreUrl::Mysql(url) => url.clone(),
    });
    let password = settings.datastore.password.as_ref();
    kubemin_store::Options {
        url,
        password: password.map(|password| password.reveal().to_owned()),
        password_file: settings.datastore.password_file.clone(),
        key,
        lease: settings.workflow.task_lease,
        clock: Arc::clone(clock),
        ..kubemin_store::Options::in_folder(settings.server.data_dir.clone())
    }
}

/// A cluster that is not configured does not keep the server from showing what it has stored.
async fn cluster(
    settings: &Settings,
    facts: &ClusterFacts,
) -> (Arc<dyn Cluster>, Option<Arc<KubeCluster>>) {
    let options = kubemin_cluster::Options {
        kubeconfig: settings.kubernetes.kubeconfig.clone(),
        hash_key: facts.hash_key.clone(),
        installation: facts.installation.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        qps: Some(f64::from(settings.kubernetes.api_qps)),
        burst: settings.kubernetes.api_burst,
        ..kubemin_cluster::Options::default()
    };
    match KubeCluster::connect(options).await {
        Ok(cluster) => (Arc::clone(&cluster) as Arc<dyn Cluster>, Some(cluster)),
        Err(fault) => {
            warn!(%fault, "there is no cluster; set --kubeconfig and start again");
            let absent = Absent::because(match fault {
                ClusterError::Unavailable(why) => why,
                other => other.to_string(),
            });
            (Arc::new(absent), None)
        }
    }
}

fn no_lease() -> RunError {
    let why = "replicas that share a database elect a leader by a Lease: a cluster is needed; set --kubeconfig";
    RunError::Settings(why.to_owned())
}

/// Name of this process in rows; of several on one database another one after every start, so that a dead process and its
/// successor are two.
fn owner(settings: &Settings, shared: bool) -> String {
    let name = settings.leader.id.clone();
    if !shared {
        return name.unwrap_or_else(|| format!("local-{}", std::process::id()));
    }
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.unwrap_or_else(|| host.trim().to_owned());
    format!("{name}-{}", random::text(6))
}

fn facts(settings: &Settings, hash_key: Vec<u8>) -> ClusterFacts {
    let kubernetes = &settings.kubernetes;
    let installation = Some(settings.leader.lock_name.clone()).filter(|name| name != ALONE);
    ClusterFacts {
        gpu: gpu(kubernetes),
        gateway_api: kubernetes.gateway_api,
        gateway: kubernetes.gateway.clone(),
        ingress_class: kubernetes.ingress_class.clone(),
        hash_key,
        installation: installation.unwrap_or_default(),
    }
}

/// The platform's way to ask for GPUs, with what the settings say otherwise.
fn gpu(settings: &config::Kubernetes) -> GpuNames {
    let platform = GpuNames::of_platform(settings.gpu_platform.as_str()).unwrap_or_default();
    let unit = |unit: GpuUnit| match unit {
        GpuUnit::MiB => GpuMemoryUnit::MiB,
        GpuUnit::GiB => GpuMemoryUnit::GiB,
    };
    GpuNames {
        count: settings
            .gpu_count_resource
            .clone()
            .unwrap_or(platform.count),
        memory: settings
            .gpu_memory_resource
            .clone()
            .unwrap_or(platform.memory),
        memory_unit: settings.gpu_memory_unit.map_or(platform.memory_unit, unit),
        share_names_card: platform.share_names_card,
    }
}

fn engine_settings(settings: &Settings, owner: String, facts: ClusterFacts) -> EngineSettings {
    let workflow = &settings.workflow;
    EngineSettings {
        owner,
        max_concurrent: workflow.max_concurrent_workflows as usize,
        sequential: workflow.sequential_max_concurrency as usize,
        default_job_timeout: workflow.default_job_timeout,
        poll_interval: workflow.local_poll_interval,
        slot_grace: workflow.slot_grace,
        task_lease: workflow.task_lease,
        retention: Retention {
            revisions: workflow.revision_history_limit,
            tasks: workflow.task_history_limit,
        },
        facts,
        ..EngineSettings::default()
    }
}

/// The key stays when the encryption key is rotated: another one would restart every pod that uses a Secret (decision 36).
fn hash_key(folder: &Path) -> Result<Vec<u8>, RunError> {
    let path = folder.join(HASH_KEY_FILE);
    let fault = |reason: String| RunError::Folder(format!("{}: {reason}", path.display()));
    match fs::read_to_string(&path) {
        Ok(text) => {
            return hex::decode(text.trim())
                .map_err(|_| fault("holds no hexadecimal digits".to_owned()));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(fault(error.to_string())),
    }
    let mut key = vec![0; 32];
    aws_lc_rs::rand::fill(&mut key).map_err(|_| fault("no random numbers for a key".to_owned()))?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    file.and_then(|mut file| writeln!(file, "{}", hex::encode(&key)))
        .map_err(|error| fault(error.to_string()))?;
    Ok(key)
}
