//! Kafka: one topic, one consumer group, one polling task a process.
//!
//! The key of a message is the task's id, so that hints spread evenly over partitions and workers: with the namespace as
//! the key, a burst of one tenant would be one worker's alone while others idle. Whose turn it is, the database decides.

mod context;
mod depth;
mod fault;
mod keeper;
mod offsets;
mod reader;
mod settings;
mod topic;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::future::join_all;
use kubemin_ports::{Delivery, Hint, Queue, QueueError, QueueResult};
use rdkafka::consumer::{CommitMode, Consumer, StreamConsumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::util::Timeout;
use tokio::sync::{Notify, oneshot};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::inbox::Inbox;
use context::{Group, Quiet};
use fault::{fault, is_missing};
use reader::Reader;
pub use settings::{KafkaSettings, OffsetReset, Sasl};

type GroupConsumer = StreamConsumer<Group>;

/// How long a cancelled task may keep the consumer.
const LET_GO: Duration = Duration::from_secs(2);

/// The queue in Kafka.
pub struct Kafka {
    settings: KafkaSettings,
    producer: FutureProducer<Quiet>,
    consumer: Mutex<Option<Arc<GroupConsumer>>>,
    inbox: Arc<Inbox>,
    stop: CancellationToken,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    topic_missing: Arc<Notify>,
}

impl Kafka {
    /// Joins the group in the background; must be called inside a runtime. Brokers that are not there yet are waited for,
    /// so only settings that can never work are an error.
    ///
    /// # Errors
    /// When librdkafka refuses a setting.
    pub fn start(settings: KafkaSettings) -> QueueResult<Self> {
        let refused = |error: KafkaError| fault(&settings.place(), "start", &error);
        let inbox = Arc::new(Inbox::default());
        let consumer: GroupConsumer = settings
            .consumer()
            .create_with_context(Group::new(inbox.clone()))
            .map_err(refused)?;
        consumer.subscribe(&[&settings.topic]).map_err(refused)?;
        let producer = settings
            .producer()
            .create_with_context(Quiet)
            .map_err(refused)?;
        let queue = Self {
            producer,
            consumer: Mutex::new(Some(Arc::new(consumer))),
            inbox,
            stop: CancellationToken::new(),
            tasks: Mutex::default(),
            topic_missing: Arc::new(Notify::new()),
            settings,
        };
        queue.spawn_tasks();
        Ok(queue)
    }

    fn spawn_tasks(&self) {
        let Ok(consumer) = self.consumer() else {
            return;
        };
        let reader = Reader {
            settings: self.settings.clone(),
            consumer: consumer.clone(),
            inbox: self.inbox.clone(),
            stop: self.stop.clone(),
            topic_missing: self.topic_missing.clone(),
        };
        let keeper = self
            .stop
            .clone()
            .run_until_cancelled_owned(keeper::keep_topic(
                self.settings.clone(),
                consumer,
                self.inbox.clone(),
                self.topic_missing.clone(),
            ));
        let tasks = [
            tokio::spawn(reader.run()),
            tokio::spawn(async move {
                keeper.await;
            }),
        ];
        self.lock_tasks().extend(tasks);
    }

    fn lock_tasks(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn consumer(&self) -> QueueResult<Arc<GroupConsumer>> {
        let consumer = self.consumer.lock().unwrap_or_else(PoisonError::into_inner);
        consumer.clone().ok_or(QueueError::Closed)
    }

    /// Asks the brokers something on a thread that may block.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&GroupConsumer, &KafkaSettings) -> QueueResult<T> + Send + 'static,
    ) -> QueueResult<T> {
        let (consumer, settings) = (self.consumer()?, self.settings.clone());
        let answer = spawn_blocking(move || question(&consumer, &settings));
        // the question bounds itself; twice the time says that the thread is stuck
        match timeout(self.settings.worker.call_timeout * 2, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(panicked)) => Err(QueueError::Unavailable(panicked.to_string())),
            Err(_) => Err(self.silent("a question")),
        }
    }

    fn silent(&self, what: &str) -> QueueError {
        let (place, bound) = (self.settings.place(), self.settings.worker.call_timeout);
        QueueError::Unavailable(format!(
            "kafka at {place}: {what}: no answer within {bound:?}"
        ))
    }

    async fn send(&self, hint: &Hint) -> Result<(), KafkaError> {
        let value = serde_json::to_vec(hint).unwrap_or_default();
        let record = FutureRecord::to(&self.settings.topic)
            .key(&hint.task_id)
            .payload(&value);
        let full = Timeout::After(self.settings.worker.call_timeout);
        let sent = self.producer.send(record, full).await;
        sent.map(drop).map_err(|(error, _)| error)
    }
}

#[async_trait]
impl Queue for Kafka {
    async fn publish(&self, hints: &[Hint]) -> QueueResult<()> {
        if self.inbox.is_closed() {
            return Err(QueueError::Closed);
        }
        let all = join_all(hints.iter().map(|hint| self.send(hint)));
        let Ok(sent) = timeout(self.settings.worker.call_timeout, all).await else {
            return Err(self.silent("publish"));
        };
        let failed: Vec<KafkaError> = sent.into_iter().filter_map(Result::err).collect();
        let Some(first) = failed.first() else {
            return Ok(());
        };
        if first.rdkafka_error_code().is_some_and(is_missing) {
            self.topic_missing.notify_one();
        }
        let what = format!("publish: {} of {} hints", failed.len(), hints.len());
        Err(fault(&self.settings.place(), &what, first))
    }

    async fn next(&self, limit: usize) -> QueueResult<Vec<Delivery>> {
        self.inbox.take(limit).await
    }

    async fn acknowledge(&self, deliveries: &[Delivery]) -> QueueResult<()> {
        let consumer = self.consumer()?;
        let mut done = BTreeMap::new();
        {
            let mut offsets = consumer.context().offsets();
            for (partition, offset) in deliveries.iter().filter_map(position) {
                if let Some(next) = offsets.acknowledged(partition, offset) {
                    done.insert(partition, next);
                }
            }
        }
        let mut list = TopicPartitionList::new();
        for (partition, next) in done {
            list.add_partition_offset(&self.settings.topic, partition, Offset::Offset(next))
                .map_err(|error| fault(&self.settings.place(), "acknowledge", &error))?;
        }
        if let Err(error) = consumer.store_offsets(&list) {
            // a rebalance took the partition in between: its new owner gets the hint again and finds nothing to claim
            debug!(%error, "offsets of partitions that went to others were not stored");
        }
        Ok(())
    }

    async fn health(&self) -> QueueResult<()> {
        let topic = &self.settings.topic;
        let asked = |consumer: &GroupConsumer, settings: &KafkaSettings| {
            topic::partitions(consumer, settings, settings.worker.call_timeout)
        };
        let place = self.settings.place();
        match (self.ask(asked).await, self.inbox.trouble()) {
            // a broker that refuses the login looks like one that is not there, except to the reader
            (Err(QueueError::Unavailable(_)), Some(refused @ QueueError::Refused(_))) => {
                Err(refused)
            }
            (Err(error), _) => Err(error),
            (Ok(None), _) => {
                self.topic_missing.notify_one();
                Err(QueueError::Unavailable(format!(
                    "kafka at {place}: topic {topic} does not exist; it is made anew"
                )))
            }
            (Ok(Some(_)), None | Some(QueueError::Unavailable(_))) => {
                self.inbox.note(None);
                Ok(())
            }
            (Ok(Some(_)), Some(trouble)) => Err(trouble),
        }
    }

    async fn depth(&self) -> QueueResult<Option<u64>> {
        let producer = self.producer.clone();
        let asked = move |consumer: &GroupConsumer, settings: &KafkaSettings| {
            depth::depth(consumer, &producer, settings)
        };
        self.ask(asked).await.map(Some)
    }

    async fn close(&self) {
        self.inbox.end(QueueError::Closed);
        self.stop.cancel();
        let tasks = std::mem::take(&mut *self.lock_tasks());
        let bound = self.settings.worker.call_timeout;
        // they end at the cancellation; this only bounds a runtime that is stuck
        let _ = timeout(bound, join_all(tasks)).await;
        let taken = self
            .consumer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(consumer) = taken else { return };
        if timeout(bound, leave(consumer)).await.is_err() {
            warn!(
                place = self.settings.place(),
                "kafka did not answer; the consumer stays in its group until its session ends"
            );
        }
    }
}

impl Drop for Kafka {
    fn drop(&mut self) {
        self.stop.cancel();
        let slot = self.consumer.get_mut();
        if let Some(consumer) = slot.unwrap_or_else(PoisonError::into_inner).take() {
            drop(leave(consumer));
        }
    }
}

/// Commits what was acknowledged and leaves the group; the answer comes when that is done.
///
/// Both talk to the broker and may block for a minute when it is silent, so they have a thread of their own: a runtime
/// waits for its blocking threads before it ends, and a server that is told to stop would wait with it.
fn leave(consumer: Arc<GroupConsumer>) -> oneshot::Receiver<()> {
    let (done, left) = oneshot::channel();
    std::thread::spawn(move || {
        match consumer.commit_consumer_state(CommitMode::Sync) {
            Ok(()) | Err(KafkaError::ConsumerCommit(Code::NoOffset)) => {}
            Err(error) => debug!(%error, "offsets were not committed; their hints come again"),
        }
        // the polling task has been told to end; the last owner leaves the group, and that must not be the task
        let end = Instant::now() + LET_GO;
        while Arc::strong_count(&consumer) > 1 && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(consumer);
        // nobody listens when the queue was dropped
        let _ = done.send(());
    });
    left
}

/// Partition and offset of a delivery.
fn position(delivery: &Delivery) -> Option<(i32, i64)> {
    let (partition, offset) = delivery.receipt.split_once(':')?;
    Some((partition.parse().ok()?, offset.parse().ok()?))
}
