//! Kafka: one broker for all tests, one test at a time, a topic and a group of its own for each.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kubemin_backing::Kafka as Server;
use kubemin_ports::Queue;
use kubemin_queue::kafka::{Kafka, KafkaSettings};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use tokio::sync::{Mutex, MutexGuard};

use crate::broker::{Broker, worker};
use crate::promised;
use crate::wait::{BOUND, healthy, hints, publish, take_all, until, within};

static BROKER: Mutex<Option<Server>> = Mutex::const_new(None);
static TOPICS: AtomicU32 = AtomicU32::new(0);

/// The broker, held by one test.
pub struct Fixture {
    server: std::sync::Mutex<MutexGuard<'static, Option<Server>>>,
    brokers: String,
    name: String,
}

/// The broker with a queue that nobody has used.
pub async fn kafka() -> Fixture {
    let mut server = BROKER.lock().await;
    if server.is_none() {
        // not a temporary folder: nobody would remove it, since the broker lives as long as the process
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kafka");
        let _ = std::fs::remove_dir_all(&folder);
        *server = Some(Server::start(&folder).unwrap());
    }
    let brokers = server.as_ref().map(Server::brokers).unwrap();
    Fixture {
        server: std::sync::Mutex::new(server),
        brokers,
        name: format!("test-{}", TOPICS.fetch_add(1, Ordering::SeqCst)),
    }
}

/// Settings with short times; the name is topic and group.
pub fn settings(brokers: &str, name: &str, consumer: &str) -> KafkaSettings {
    KafkaSettings {
        brokers: vec![brokers.to_owned()],
        topic: name.to_owned(),
        group_id: name.to_owned(),
        session_timeout: Duration::from_secs(6),
        heartbeat_interval: Duration::from_millis(500),
        rebalance_timeout: Duration::from_secs(6),
        partitions: 6,
        worker: worker(consumer),
        ..KafkaSettings::default()
    }
}

/// A consumer of `brokers name`.
pub fn at(address: &str, consumer: &str) -> Arc<dyn Queue> {
    let (brokers, name) = address.split_once(' ').unwrap();
    Arc::new(Kafka::start(settings(brokers, name, consumer)).unwrap())
}

impl Fixture {
    pub fn settings(&self, consumer: &str) -> KafkaSettings {
        settings(&self.brokers, &self.name, consumer)
    }

    fn with_server<T>(&self, work: impl FnOnce(&mut Server) -> T) -> T {
        work(self.server.lock().unwrap().as_mut().unwrap())
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        config.clone()
    }

    fn admin(&self) -> AdminClient<DefaultClientContext> {
        self.client().create().unwrap()
    }

    fn partitions(&self) -> usize {
        let asking: BaseConsumer = self.client().create().unwrap();
        let metadata = asking.fetch_metadata(Some(&self.name), BOUND).unwrap();
        metadata.topics()[0].partitions().len()
    }

    async fn make_topic(&self, partitions: i32) {
        let topic = NewTopic::new(&self.name, partitions, TopicReplication::Fixed(1));
        let made = self
            .admin()
            .create_topics([&topic], &AdminOptions::new())
            .await;
        assert!(made.unwrap()[0].is_ok());
    }
}

impl Broker for Fixture {
    fn queue(&self, consumer: &str) -> Arc<dyn Queue> {
        Arc::new(Kafka::start(self.settings(consumer)).unwrap())
    }
    fn kill(&self) {
        self.with_server(|server| server.server().kill()).unwrap();
    }
    fn restart(&self) {
        self.with_server(|server| server.server().restart())
            .unwrap();
    }
    fn pause(&self) {
        self.with_server(|server| server.server().pause()).unwrap();
    }
    fn resume(&self) {
        self.with_server(|server| server.server().resume()).unwrap();
    }
    fn wipe(&self) {
        let (admin, options) = (self.admin(), AdminOptions::new());
        let deleted = admin.delete_topics(&[&self.name], &options);
        assert!(futures::executor::block_on(deleted).unwrap()[0].is_ok());
    }
    fn address(&self) -> String {
        format!("kafka {} {}", self.brokers, self.name)
    }
}

promised!(kafka(), promises:
    hints_are_delivered_at_least_once,
    a_wait_that_is_given_up_loses_nothing,
    no_more_hints_come_than_were_asked_for,
    acknowledged_hints_do_not_come_again_after_a_restart,
    a_consumer_that_leaves_gives_back_what_it_held,
    consumers_share_the_hints,
    the_depth_counts_what_is_not_acknowledged,
    a_closed_queue_says_so,
    the_rate_of_ten_thousand_hints_is_printed,
);

promised!(kafka(), outages:
    hints_of_a_dead_consumer_come_to_another,
    a_killed_broker_costs_an_error_and_nothing_after_its_restart,
    a_paused_broker_holds_nobody_for_long,
    closing_does_not_wait_for_a_paused_broker,
    a_wiped_broker_is_set_up_again,
    a_broker_that_is_not_there_yet_is_waited_for,
);

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_topic_is_made_with_its_partitions_and_a_given_one_is_left_alone() {
    let fresh = kafka().await;
    let queue = fresh.queue("one");
    until("the topic is made", || async { fresh.partitions() == 6 }).await;
    queue.close().await;
    drop(fresh);
    let given = kafka().await;
    given.make_topic(2).await;
    let queue = given.queue("one");
    healthy(&*queue).await;
    publish(&*queue, &hints("task", 5)).await;
    take_all(&*queue, &hints("task", 5)).await;
    assert_eq!(given.partitions(), 2);
    queue.close().await;
}

/// Work does not block polling: a worker without a free slot stays in its group, and its hints wait in Kafka.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_takes_nothing_for_long_keeps_its_partitions() {
    let kafka = kafka().await;
    let busy = kafka.queue("busy");
    let wanted = hints("task", 200);
    publish(&*busy, &wanted).await;
    let first = within(BOUND, "a hint", busy.next(1)).await.unwrap();
    // longer than session and poll interval, which are six seconds
    tokio::time::sleep(Duration::from_secs(9)).await;
    assert_eq!(busy.health().await, Ok(()));
    busy.acknowledge(&first).await.unwrap();
    let rest: Vec<_> = wanted
        .into_iter()
        .filter(|hint| *hint != first[0].hint)
        .collect();
    let mut seen = Vec::new();
    within(BOUND, "the other hints", async {
        while seen.len() < rest.len() {
            let taken = busy.next(10).await.unwrap();
            busy.acknowledge(&taken).await.unwrap();
            seen.extend(taken);
        }
    })
    .await;
    // none twice: the partitions were never taken away
    assert_eq!(
        crate::wait::ids(seen.iter().map(|one| &one.hint)).len(),
        rest.len()
    );
    busy.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_no_hint_is_passed_over() {
    use rdkafka::producer::{FutureProducer, FutureRecord};
    let kafka = kafka().await;
    let queue = kafka.queue("one");
    healthy(&*queue).await;
    let producer: FutureProducer = kafka.client().create().unwrap();
    let strange = FutureRecord::to(&kafka.name).key("k").payload("{not json");
    producer.send(strange, BOUND).await.unwrap();
    publish(&*queue, &hints("task", 3)).await;
    take_all(&*queue, &hints("task", 3)).await;
    queue.close().await;
}
