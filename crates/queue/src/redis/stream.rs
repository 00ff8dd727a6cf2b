//! The commands on the stream and its consumer group.

use std::time::Duration;

use kubemin_ports::{Delivery, Hint, QueueResult};
use redis::streams::{StreamAutoClaimReply, StreamId, StreamInfoConsumersReply, StreamReadReply};
use redis::{Cmd, Pipeline, RedisResult, cmd};
use tracing::warn;

use super::link::{Link, is_about_the_group};
use super::settings::RedisSettings;

/// Entries added in one round trip; keeps requests and answers small.
const BATCH: usize = 500;
/// Hints given back at once when a consumer leaves; further ones wait for another's take-over.
const GIVE_BACK: usize = 1_000;

/// The stream, its group and this process's consumer in it.
pub(super) struct Stream {
    link: Link,
    key: String,
    group: String,
    consumer: String,
    max_len: usize,
}

impl Stream {
    pub(super) fn new(link: Link, settings: &RedisSettings) -> Self {
        Self {
            link,
            key: settings.stream.clone(),
            group: settings.group.clone(),
            consumer: settings.worker.consumer.clone(),
            max_len: settings.max_len,
        }
    }

    pub(super) fn place(&self) -> &str {
        self.link.place()
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    /// Adds entries and trims the oldest beyond the limit.
    pub(super) async fn publish(&self, hints: &[Hint]) -> QueueResult<()> {
        for batch in hints.chunks(BATCH) {
            let mut pipeline = redis::pipe();
            for hint in batch {
                pipeline.add_command(self.add(hint)).ignore();
            }
            let added: RedisResult<()> = self.link.pipeline(&pipeline).await;
            added.map_err(|error| self.link.fault("publish", &error))?;
        }
        Ok(())
    }

    fn add(&self, hint: &Hint) -> Cmd {
        let mut add = cmd("XADD");
        add.arg(&self.key).arg("MAXLEN").arg("~").arg(self.max_len);
        add.arg("*").arg("task").arg(&hint.task_id);
        add.arg("namespace").arg(&hint.namespace);
        add
    }

    /// Acknowledges and deletes: Redis keeps acknowledged entries for ever otherwise.
    pub(super) async fn acknowledge(&self, deliveries: &[Delivery]) -> QueueResult<()> {
        if deliveries.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = deliveries.iter().map(|one| one.receipt.as_str()).collect();
        let mut pipeline = redis::pipe();
        self.done(pipeline.atomic(), &ids);
        let done: RedisResult<()> = self.link.pipeline(&pipeline).await;
        done.map_err(|error| self.link.fault("acknowledge", &error))
    }

    fn done(&self, pipeline: &mut Pipeline, ids: &[&str]) {
        let mut acknowledge = cmd("XACK");
        acknowledge.arg(&self.key).arg(&self.group).arg(ids);
        let mut delete = cmd("XDEL");
        delete.arg(&self.key).arg(ids);
        pipeline.add_command(acknowledge).ignore();
        pipeline.add_command(delete).ignore();
    }

    /// Whether the server answers.
    pub(super) async fn ping(&self) -> QueueResult<()> {
        let answer: RedisResult<String> = self.link.command(&cmd("PING")).await;
        answer
            .map(drop)
            .map_err(|error| self.link.fault("ping", &error))
    }

    /// Entries not yet acknowledged: acknowledged ones are deleted, so all of them.
    pub(super) async fn length(&self) -> QueueResult<u64> {
        let length: RedisResult<u64> = self.link.command(cmd("XLEN").arg(&self.key)).await;
        length.map_err(|error| self.link.fault("length", &error))
    }

    /// Makes stream and group when they are missing. The group begins with the oldest entry, so that hints published
    /// while it was missing are seen.
    pub(super) async fn ensure_group(&self) -> RedisResult<()> {
        let mut create = cmd("XGROUP");
        create.arg("CREATE").arg(&self.key).arg(&self.group);
        create.arg("0").arg("MKSTREAM");
        match self.link.command::<()>(&create).await {
            Err(error) if error.code() == Some("BUSYGROUP") => Ok(()),
            other => other,
        }
    }

    /// Waits up to `block` for new entries.
    pub(super) async fn read(&self, count: usize, block: Duration) -> RedisResult<Vec<Delivery>> {
        let mut read = self.read_group(count);
        // 0 would mean without end
        read.arg("BLOCK").arg(block.as_millis().max(1) as u64);
        read.arg("STREAMS").arg(&self.key).arg(">");
        let reply: Option<StreamReadReply> = self.link.command(&read).await?;
        self.understand(entries(reply)).await
    }

    fn read_group(&self, count: usize) -> Cmd {
        let mut read = cmd("XREADGROUP");
        read.arg("GROUP").arg(&self.group).arg(&self.consumer);
        read.arg("COUNT").arg(count);
        read
    }

    /// Takes over up to `count` entries that nobody acknowledged for `idle`, from `cursor` on; answers the next cursor.
    pub(super) async fn take_over(
        &self,
        idle: Duration,
        cursor: &str,
        count: usize,
    ) -> RedisResult<(String, Vec<Delivery>)> {
        let mut claim = cmd("XAUTOCLAIM");
        claim.arg(&self.key).arg(&self.group).arg(&self.consumer);
        claim.arg(idle.as_millis() as u64).arg(cursor);
        claim.arg("COUNT").arg(count);
        let reply: StreamAutoClaimReply = self.link.command(&claim).await?;
        if !reply.deleted_ids.is_empty() {
            warn!(
                hints = reply.deleted_ids.len(),
                stream = self.key,
                "hints were trimmed before anybody acknowledged them; the sweep finds their tasks"
            );
        }
        let deliveries = self.understand(reply.claimed).await?;
        Ok((reply.next_stream_id, deliveries))
    }

    /// Removes consumers that hold nothing and were not heard of for `idle`; a living one is made again by its next read.
    pub(super) async fn remove_dead(&self, idle: Duration) -> RedisResult<()> {
        let mut list = cmd("XINFO");
        list.arg("CONSUMERS").arg(&self.key).arg(&self.group);
        let reply: StreamInfoConsumersReply = self.link.command(&list).await?;
        let dead = reply.consumers.into_iter().filter(|one| {
            one.pending == 0 && one.idle as u128 > idle.as_millis() && one.name != self.consumer
        });
        for consumer in dead {
            self.remove(&consumer.name).await?;
        }
        Ok(())
    }

    async fn remove(&self, consumer: &str) -> RedisResult<()> {
        let mut remove = cmd("XGROUP");
        remove.arg("DELCONSUMER").arg(&self.key).arg(&self.group);
        self.link.command(remove.arg(consumer)).await
    }

    /// Adds what this consumer holds anew, so that others get it at once, and removes the consumer.
    pub(super) async fn leave(&self) -> QueueResult<()> {
        let left = async {
            let mut read = self.read_group(GIVE_BACK);
            read.arg("STREAMS").arg(&self.key).arg("0");
            let reply: Option<StreamReadReply> = self.link.command(&read).await?;
            let held = self.understand(entries(reply)).await?;
            if !held.is_empty() {
                self.link.pipeline::<()>(&self.give_back(&held)).await?;
            }
            self.remove(&self.consumer).await
        };
        match left.await {
            Err(error) if !is_about_the_group(&error) => Err(self.link.fault("leave", &error)),
            _ => Ok(()),
        }
    }

    fn give_back(&self, held: &[Delivery]) -> Pipeline {
        let mut pipeline = redis::pipe();
        pipeline.atomic();
        for delivery in held {
            pipeline.add_command(self.add(&delivery.hint)).ignore();
        }
        let ids: Vec<&str> = held.iter().map(|one| one.receipt.as_str()).collect();
        self.done(&mut pipeline, &ids);
        pipeline
    }

    /// Entries as deliveries. What is no hint is acknowledged and said, or it would come back for ever; what is empty was
    /// trimmed and is gone.
    async fn understand(&self, entries: Vec<StreamId>) -> RedisResult<Vec<Delivery>> {
        let there = entries.into_iter().filter(|entry| !entry.map.is_empty());
        let (hints, others): (Vec<_>, Vec<_>) = there.map(hint).partition(Result::is_ok);
        let strange: Vec<String> = others.into_iter().filter_map(Result::err).collect();
        if !strange.is_empty() {
            warn!(entries = ?strange, stream = self.key, "entries are no hints and were removed");
            let ids: Vec<&str> = strange.iter().map(String::as_str).collect();
            let mut pipeline = redis::pipe();
            self.done(&mut pipeline, &ids);
            self.link.pipeline::<()>(&pipeline).await?;
        }
        Ok(hints.into_iter().filter_map(Result::ok).collect())
    }
}

fn entries(reply: Option<StreamReadReply>) -> Vec<StreamId> {
    let keys = reply.map(|reply| reply.keys).unwrap_or_default();
    keys.into_iter().flat_map(|key| key.ids).collect()
}

/// The delivery in an entry, or the entry's id.
fn hint(entry: StreamId) -> Result<Delivery, String> {
    match (entry.get("task"), entry.get("namespace")) {
        (Some(task_id), Some(namespace)) => Ok(Delivery {
            hint: Hint { task_id, namespace },
            receipt: entry.id,
        }),
        _ => Err(entry.id),
    }
}
