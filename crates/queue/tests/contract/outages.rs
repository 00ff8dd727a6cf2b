//! What the loss of a broker may cost: time, never the process.

use std::time::{Duration, Instant};

use kubemin_ports::{Queue, QueueError};
use tokio::time::timeout;

use crate::broker::{Broker, CALL};
use crate::child::Child;
use crate::wait::{BOUND, healthy, hints, publish, take_all, within};

/// A bounded call on a busy machine.
const BOUNDED: Duration = Duration::from_secs(3 * CALL.as_secs());

pub async fn hints_of_a_dead_consumer_come_to_another(broker: &impl Broker) {
    let living = broker.queue("living");
    let wanted = hints("task", 40);
    {
        let mut dying = Child::start(&broker.address());
        publish(&*living, &wanted).await;
        dying.holds(&wanted);
        dying.kill();
    }
    take_all(&*living, &wanted).await;
    living.close().await;
}

pub async fn a_killed_broker_costs_an_error_and_nothing_after_its_restart(broker: &impl Broker) {
    let queue = broker.queue("steady");
    let before = hints("before", 3);
    publish(&*queue, &before).await;
    take_all(&*queue, &before).await;
    broker.kill();
    unavailable(&*queue).await;
    broker.restart();
    let after = hints("after", 3);
    publish(&*queue, &after).await;
    take_all(&*queue, &after).await;
    healthy(&*queue).await;
    queue.close().await;
}

pub async fn a_paused_broker_holds_nobody_for_long(broker: &impl Broker) {
    let queue = broker.queue("steady");
    let before = hints("before", 3);
    publish(&*queue, &before).await;
    let held = crate::wait::hold(&*queue, 3).await;
    broker.pause();
    unavailable(&*queue).await;
    // whether it could be told is the broker's affair; how long it took is ours
    let _ = within(BOUNDED, "acknowledge", queue.acknowledge(&held)).await;
    broker.resume();
    let after = hints("after", 3);
    publish(&*queue, &after).await;
    take_all(&*queue, &after).await;
    healthy(&*queue).await;
    queue.close().await;
}

pub async fn closing_does_not_wait_for_a_paused_broker(broker: &impl Broker) {
    let queue = broker.queue("steady");
    healthy(&*queue).await;
    broker.pause();
    within(2 * BOUNDED, "close", queue.close()).await;
    broker.resume();
}

pub async fn a_wiped_broker_is_set_up_again(broker: &impl Broker) {
    let queue = broker.queue("steady");
    let before = hints("before", 30);
    publish(&*queue, &before).await;
    take_all(&*queue, &before).await;
    broker.wipe();
    let start = Instant::now();
    // what is published before everything is set up again may be lost, so hints go on until one has come
    let mut rounds = 0;
    loop {
        assert!(
            start.elapsed() < BOUND,
            "no hint within {BOUND:?} after the wipe"
        );
        publish(&*queue, &hints(&format!("during-{rounds}"), 12)).await;
        rounds += 1;
        let taken = timeout(Duration::from_millis(500), queue.next(10)).await;
        if taken.is_ok_and(|taken| !taken.unwrap().is_empty()) {
            break;
        }
    }
    println!(
        "{}: hints came {:?} and {rounds} rounds after the wipe",
        broker.address(),
        start.elapsed()
    );
    let after = hints("after", 30);
    publish(&*queue, &after).await;
    take_all(&*queue, &after).await;
    healthy(&*queue).await;
    queue.close().await;
}

pub async fn a_broker_that_is_not_there_yet_is_waited_for(broker: &impl Broker) {
    broker.kill();
    let queue = broker.queue("early");
    unavailable(&*queue).await;
    broker.restart();
    let wanted = hints("task", 3);
    publish(&*queue, &wanted).await;
    take_all(&*queue, &wanted).await;
    queue.close().await;
}

/// Every bounded call ends in time, with an error that names the broker.
async fn unavailable(queue: &dyn Queue) {
    let lost = hints("lost", 2);
    let published = within(BOUNDED, "publish", queue.publish(&lost)).await;
    let health = within(BOUNDED, "health", queue.health()).await;
    let depth = within(BOUNDED, "depth", queue.depth()).await.map(drop);
    for outcome in [published, health, depth] {
        match outcome {
            Err(QueueError::Unavailable(said)) => assert!(said.contains("127.0.0.1:"), "{said}"),
            other => panic!("{other:?}"),
        }
    }
}
