//! Where Redis is and how the stream is treated.

use std::fmt;
use std::time::Duration;

use redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo, RedisResult,
    TlsCertificates,
};

use crate::worker::Worker;

/// Settings of the Redis queue.
#[derive(Clone)]
pub struct RedisSettings {
    /// Host (`--cache-host`).
    pub host: String,
    /// Port (`--cache-port`).
    pub port: u16,
    /// Number of the database (`--cache-db`).
    pub db: u32,
    /// User; `None` is the default user (`--cache-username`).
    pub username: Option<String>,
    /// Password (`--cache-password-file`).
    pub password: Option<String>,
    /// Talk over TLS (`--cache-tls`).
    pub tls: bool,
    /// Certificate authority as PEM; `None` is what the machine trusts.
    pub ca: Option<Vec<u8>>,
    /// Stream, from [`crate::channel`].
    pub stream: String,
    /// Consumer group; `workflow-workers` (decision 49).
    pub group: String,
    /// Entries kept, roughly; older ones are trimmed (`--msg-redis-maxlen`).
    pub max_len: usize,
    /// An unacknowledged hint may be taken over after this time (`--workflow-worker-autoclaim-idle`).
    pub claim_min_idle: Duration,
    /// Hints taken over at once (`--workflow-worker-autoclaim-count`).
    pub claim_count: usize,
    /// How often unacknowledged hints of others are looked for (`--workflow-worker-stale-interval`).
    pub stale_interval: Duration,
    /// Failed take-overs in a row after which reading ends; 0 means never (`--workflow-worker-max-claim-failures`).
    pub max_claim_failures: u32,
    /// The reading side.
    pub worker: Worker,
}

impl Default for RedisSettings {
    /// The manual's defaults on this machine.
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: 6379,
            db: 0,
            username: None,
            password: None,
            tls: false,
            ca: None,
            stream: crate::channel("kubemin"),
            group: "workflow-workers".to_owned(),
            max_len: 50_000,
            claim_min_idle: Duration::from_secs(60),
            claim_count: 50,
            stale_interval: Duration::from_secs(15),
            max_claim_failures: 0,
            worker: Worker::default(),
        }
    }
}

impl fmt::Debug for RedisSettings {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings")
            .field("place", &self.place())
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}

impl RedisSettings {
    /// `host:port`.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// A client that has not connected yet.
    pub(super) fn client(&self) -> RedisResult<Client> {
        let info = self.connection_info()?;
        if !self.tls {
            return Client::open(info);
        }
        let certificates = TlsCertificates {
            client_tls: None,
            root_cert: self.ca.clone(),
        };
        Client::build_with_tls(info, certificates)
    }

    fn connection_info(&self) -> RedisResult<ConnectionInfo> {
        let addr = if self.tls {
            ConnectionAddr::TcpTls {
                host: self.host.clone(),
                port: self.port,
                insecure: false,
                tls_params: None,
            }
        } else {
            ConnectionAddr::Tcp(self.host.clone(), self.port)
        };
        let mut login = RedisConnectionInfo::default().set_db(i64::from(self.db));
        if let Some(username) = &self.username {
            login = login.set_username(username);
        }
        if let Some(password) = &self.password {
            login = login.set_password(password);
        }
        Ok(addr.into_connection_info()?.set_redis_settings(login))
    }
}
