//! One connection that is made when it is needed and dropped when it is broken.
//!
//! The client's own connection manager is not used: it keeps a connection that answers READONLY, and after a failover that
//! is a connection to the wrong server.

use std::time::Duration;

use kubemin_ports::{QueueError, QueueResult};
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError,
    RedisResult,
};
use tokio::sync::Mutex;

use super::settings::RedisSettings;

/// A connection to one server.
pub(super) struct Link {
    client: Client,
    config: AsyncConnectionConfig,
    slot: Mutex<Option<MultiplexedConnection>>,
    place: String,
}

impl Link {
    /// Does not connect yet. `block` is what the longest command waits by itself.
    pub(super) fn open(settings: &RedisSettings, block: Duration) -> QueueResult<Self> {
        let place = settings.place();
        let client = settings
            .client()
            .map_err(|error| QueueError::Refused(format!("redis at {place}: {error}")))?;
        let bound = settings.worker.call_timeout;
        Ok(Self {
            client,
            config: AsyncConnectionConfig::new()
                .set_connection_timeout(Some(bound))
                .set_response_timeout(Some(bound + block)),
            slot: Mutex::new(None),
            place,
        })
    }

    /// `host:port`.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Sends one command.
    pub(super) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let (mut connection, used) = self.connection().await?;
        let answer = command.query_async(&mut connection).await;
        if self.is_stale(&answer, used).await {
            let (mut connection, _) = self.connection().await?;
            return self.seen(command.query_async(&mut connection).await).await;
        }
        self.seen(answer).await
    }

    /// Sends several commands in one go.
    pub(super) async fn pipeline<T: FromRedisValue>(&self, commands: &Pipeline) -> RedisResult<T> {
        let (mut connection, used) = self.connection().await?;
        let answer = commands.query_async(&mut connection).await;
        if self.is_stale(&answer, used).await {
            let (mut connection, _) = self.connection().await?;
            return self.seen(commands.query_async(&mut connection).await).await;
        }
        self.seen(answer).await
    }

    /// Forgets the connection, so that the next command makes a new one.
    pub(super) async fn drop_connection(&self) {
        self.slot.lock().await.take();
    }

    /// The connection, and whether it served before.
    async fn connection(&self) -> RedisResult<(MultiplexedConnection, bool)> {
        let mut slot = self.slot.lock().await;
        if let Some(connection) = slot.as_ref() {
            return Ok((connection.clone(), true));
        }
        let made = self
            .client
            .get_multiplexed_async_connection_with_config(&self.config)
            .await?;
        *slot = Some(made.clone());
        Ok((made, false))
    }

    /// Whether a connection that served before turned out to be cut, so that a new one may serve. Every command sent here
    /// may run twice.
    async fn is_stale<T>(&self, answer: &RedisResult<T>, used: bool) -> bool {
        let stale = used
            && answer
                .as_ref()
                .is_err_and(RedisError::is_connection_dropped);
        if stale {
            self.drop_connection().await;
        }
        stale
    }

    async fn seen<T>(&self, answer: RedisResult<T>) -> RedisResult<T> {
        if let Err(error) = &answer
            && !is_about_the_group(error)
        {
            self.drop_connection().await;
        }
        answer
    }

    /// An error in our words.
    pub(super) fn fault(&self, what: &str, error: &RedisError) -> QueueError {
        let message = format!("redis at {}: {what}: {error}", self.place);
        if is_refusal(error) {
            QueueError::Refused(message)
        } else {
            QueueError::Unavailable(message)
        }
    }
}

fn is_refusal(error: &RedisError) -> bool {
    // the errors of a pipeline carry their codes inside
    let inner = error.clone().into_server_errors();
    let mut codes = inner.iter().flat_map(|errors| errors.iter());
    error.kind() == ErrorKind::AuthenticationFailed
        || codes.any(|(_, one)| matches!(one.code(), "NOAUTH" | "WRONGPASS" | "NOPERM"))
}

/// Whether the server is well and only the group is missing or there already.
pub(super) fn is_about_the_group(error: &RedisError) -> bool {
    matches!(error.code(), Some("NOGROUP" | "BUSYGROUP" | "UNBLOCKED"))
}
