//! The loop that reads the stream, takes over what others left and heals what broke.

use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::QueueError;
use redis::RedisError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::link::is_about_the_group;
use super::settings::RedisSettings;
use super::stream::Stream;
use crate::backoff::Backoff;
use crate::inbox::Inbox;

/// A consumer is dead when it was not heard of for this many times the idle time of a take-over.
const DEAD_AFTER: u32 = 10;

/// What the reading task knows.
pub(super) struct Reader {
    settings: RedisSettings,
    stream: Stream,
    inbox: Arc<Inbox>,
    stop: CancellationToken,
    reads: Backoff,
    claims: Backoff,
    has_group: bool,
    next_sweep: Instant,
    cursor: String,
}

/// Which of the two counted kinds of work failed.
enum Failure {
    Read(RedisError),
    Claim(RedisError),
}

impl Reader {
    pub(super) fn new(
        settings: &RedisSettings,
        stream: Stream,
        inbox: Arc<Inbox>,
        stop: CancellationToken,
    ) -> Self {
        let backoff = Backoff::new(settings.worker.backoff_min, settings.worker.backoff_max);
        Self {
            settings: settings.clone(),
            stream,
            inbox,
            stop,
            reads: backoff.clone(),
            claims: backoff,
            has_group: false,
            next_sweep: Instant::now(),
            cursor: "0-0".to_owned(),
        }
    }

    /// Reads until it is stopped or gives up.
    pub(super) async fn run(mut self) {
        let stop = self.stop.clone();
        let inbox = self.inbox.clone();
        let gave_up = stop.run_until_cancelled(self.read()).await;
        inbox.end(gave_up.unwrap_or(QueueError::Closed));
    }

    async fn read(&mut self) -> QueueError {
        loop {
            let wanted = self.inbox.demand().await;
            let pause = match self.pass(wanted).await {
                Ok(()) => continue,
                Err(failure) => self.failed(failure).await,
            };
            match pause {
                Ok(pause) => {
                    let shortest = self.settings.worker.backoff_min;
                    self.inbox.pause(pause, shortest).await;
                }
                Err(gave_up) => return gave_up,
            }
        }
    }

    /// One look at the stream, for `wanted` hints.
    async fn pass(&mut self, wanted: usize) -> Result<(), Failure> {
        if !self.has_group {
            self.stream.ensure_group().await.map_err(Failure::Read)?;
            self.has_group = true;
        }
        if Instant::now() >= self.next_sweep {
            let taken = self.take_over(wanted).await.map_err(Failure::Claim)?;
            self.claims.succeeded();
            if taken > 0 {
                return Ok(());
            }
        }
        let worker = &self.settings.worker;
        let read = self
            .stream
            .read(wanted.min(worker.read_count), worker.read_block)
            .await
            .map_err(Failure::Read)?;
        self.succeeded();
        self.inbox.put(read);
        Ok(())
    }

    /// Takes over what others left, from where the last look ended: how many. A look that has seen everything is followed
    /// by a pause.
    async fn take_over(&mut self, wanted: usize) -> Result<usize, RedisError> {
        let count = wanted.min(self.settings.claim_count);
        let idle = self.settings.claim_min_idle;
        let (cursor, taken) = self.stream.take_over(idle, &self.cursor, count).await?;
        if cursor == "0-0" {
            self.stream.remove_dead(idle * DEAD_AFTER).await?;
            self.next_sweep = Instant::now() + self.settings.stale_interval;
        }
        self.cursor = cursor;
        let count = taken.len();
        self.inbox.put(taken);
        Ok(count)
    }

    fn succeeded(&mut self) {
        self.reads.succeeded();
        if self.inbox.failed_last() {
            info!(place = self.stream.place(), "redis can be read again");
            self.inbox.note(None);
        }
    }

    /// Counts a failure: how long to wait, or why to end.
    async fn failed(&mut self, failure: Failure) -> Result<Duration, QueueError> {
        let (what, error, limit, (count, pause)) = match failure {
            Failure::Read(error) => {
                let limit = self.settings.worker.max_read_failures;
                ("read", error, limit, self.reads.failed())
            }
            Failure::Claim(error) => {
                let limit = self.settings.max_claim_failures;
                ("take over", error, limit, self.claims.failed())
            }
        };
        // a flush or a failover takes the group along; to ask for it costs one command
        self.has_group = false;
        if !is_about_the_group(&error) {
            self.stream.link().drop_connection().await;
        }
        let fault = self.stream.link().fault(what, &error);
        if limit > 0 && count >= limit {
            return Err(QueueError::GaveUp(format!(
                "{fault}; gave up after {count} failures in a row"
            )));
        }
        warn!(%fault, count, ?pause, "hints cannot be read; trying again");
        self.inbox.note(Some(fault));
        Ok(pause)
    }
}
