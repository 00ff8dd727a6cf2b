//! Redis Streams: one stream, one consumer group, one blocking reader a process.
//!
//! A hint is acknowledged right after its claim committed, so an entry that stays pending belongs to a consumer that died
//! between reading and claiming, or could not reach the database. Taking it over by XAUTOCLAIM can therefore never run a
//! long job twice: the time a job takes is not in the stream at all.

mod link;
mod reader;
mod settings;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kubemin_ports::{Delivery, Hint, Queue, QueueError, QueueResult};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::inbox::Inbox;
use link::Link;
use reader::Reader;
pub use settings::RedisSettings;
use stream::Stream;

/// The queue in Redis.
pub struct Redis {
    stream: Stream,
    inbox: Arc<Inbox>,
    stop: CancellationToken,
    reader: Mutex<Option<JoinHandle<()>>>,
    call_timeout: Duration,
}

impl Redis {
    /// Starts reading in the background; must be called inside a runtime. A server that is not there yet is waited for,
    /// so only settings that can never work are an error.
    ///
    /// # Errors
    /// When the address or a certificate cannot be used.
    pub fn start(settings: RedisSettings) -> QueueResult<Self> {
        let commands = Link::open(&settings, Duration::ZERO)?;
        let blocking = Link::open(&settings, settings.worker.read_block)?;
        let inbox = Arc::new(Inbox::default());
        let stop = CancellationToken::new();
        let reader = Reader::new(
            &settings,
            Stream::new(blocking, &settings),
            inbox.clone(),
            stop.clone(),
        );
        Ok(Self {
            stream: Stream::new(commands, &settings),
            inbox,
            stop,
            reader: Mutex::new(Some(tokio::spawn(reader.run()))),
            call_timeout: settings.worker.call_timeout,
        })
    }

    /// Bounds a call and refuses it after `close`.
    async fn bounded<T>(
        &self,
        what: &str,
        call: impl Future<Output = QueueResult<T>> + Send,
    ) -> QueueResult<T> {
        if self.inbox.is_closed() {
            return Err(QueueError::Closed);
        }
        let answer = timeout(self.call_timeout, call).await;
        if matches!(answer, Ok(Ok(_))) {
            self.inbox.reached();
        }
        answer.unwrap_or_else(|_| {
            Err(QueueError::Unavailable(format!(
                "redis at {}: {what}: no answer within {:?}",
                self.stream.place(),
                self.call_timeout
            )))
        })
    }
}

#[async_trait]
impl Queue for Redis {
    async fn publish(&self, hints: &[Hint]) -> QueueResult<()> {
        self.bounded("publish", self.stream.publish(hints)).await
    }

    async fn next(&self, limit: usize) -> QueueResult<Vec<Delivery>> {
        self.inbox.take(limit).await
    }

    async fn acknowledge(&self, deliveries: &[Delivery]) -> QueueResult<()> {
        self.bounded("acknowledge", self.stream.acknowledge(deliveries))
            .await
    }

    async fn health(&self) -> QueueResult<()> {
        self.bounded("ping", self.stream.ping()).await?;
        self.inbox.trouble().map_or(Ok(()), Err)
    }

    async fn depth(&self) -> QueueResult<Option<u64>> {
        self.bounded("length", self.stream.length()).await.map(Some)
    }

    async fn close(&self) {
        if self.inbox.is_closed() {
            return;
        }
        self.inbox.end(QueueError::Closed);
        self.stop.cancel();
        if let Some(reader) = self.reader.lock().await.take() {
            // it waits for the cancellation everywhere, so this only bounds a runtime that is stuck
            let _ = timeout(self.call_timeout, reader).await;
        }
        match timeout(self.call_timeout, self.stream.leave()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                warn!(%error, "the consumer stays in its group until others remove it")
            }
            Err(_) => warn!(
                place = self.stream.place(),
                "redis did not answer; the consumer stays in its group until others remove it"
            ),
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
