//! What every queue promises while nothing is broken.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures::future::join_all;
use kubemin_ports::{Delivery, QueueError};
use tokio::time::timeout;

use crate::broker::Broker;
use crate::wait::{BOUND, healthy, hints, hold, ids, publish, take_all, until, within};

pub async fn hints_are_delivered_at_least_once(broker: &impl Broker) {
    let queue = broker.queue("one");
    let wanted = hints("task", 50);
    for batch in wanted.chunks(7) {
        publish(&*queue, batch).await;
    }
    take_all(&*queue, &wanted).await;
    queue.close().await;
}

pub async fn a_wait_that_is_given_up_loses_nothing(broker: &impl Broker) {
    let queue = broker.queue("impatient");
    let wanted = hints("task", 40);
    let mut missing = ids(&wanted);
    let end = Instant::now() + BOUND;
    let mut unpublished = wanted.chunks(4);
    while !missing.is_empty() {
        assert!(Instant::now() < end, "not within {BOUND:?}: {missing:?}");
        if let Some(batch) = unpublished.next() {
            publish(&*queue, batch).await;
        }
        let taken = timeout(Duration::from_millis(3), queue.next(3)).await;
        for delivery in taken.into_iter().flat_map(Result::unwrap) {
            missing.remove(&delivery.hint.task_id);
            queue.acknowledge(&[delivery]).await.unwrap();
        }
    }
    queue.close().await;
}

pub async fn no_more_hints_come_than_were_asked_for(broker: &impl Broker) {
    let queue = broker.queue("one");
    publish(&*queue, &hints("task", 20)).await;
    for limit in [1, 3, 0] {
        let taken = within(BOUND, "some hints", queue.next(limit))
            .await
            .unwrap();
        assert!((1..=limit.max(1)).contains(&taken.len()), "{}", taken.len());
    }
    queue.close().await;
}

pub async fn acknowledged_hints_do_not_come_again_after_a_restart(broker: &impl Broker) {
    let first = broker.queue("first");
    let done = hints("done", 20);
    publish(&*first, &done).await;
    take_all(&*first, &done).await;
    first.close().await;
    let second = broker.queue("second");
    let new = hints("new", 5);
    publish(&*second, &new).await;
    let mut seen: Vec<Delivery> = hold(&*second, 5).await;
    if let Ok(more) = timeout(Duration::from_secs(1), second.next(10)).await {
        seen.extend(more.unwrap());
    }
    assert_eq!(ids(seen.iter().map(|one| &one.hint)), ids(&new));
    second.close().await;
}

pub async fn a_consumer_that_leaves_gives_back_what_it_held(broker: &impl Broker) {
    let first = broker.queue("first");
    let wanted = hints("task", 30);
    publish(&*first, &wanted).await;
    let held = hold(&*first, 30).await;
    // every other one, so that a broker that only counts cannot take the later for the earlier
    let (done, open): (Vec<_>, Vec<_>) =
        held.into_iter().enumerate().partition(|(n, _)| n % 2 == 1);
    let done: Vec<Delivery> = done.into_iter().map(|(_, one)| one).collect();
    first.acknowledge(&done).await.unwrap();
    first.close().await;
    let second = broker.queue("second");
    let left: Vec<_> = open.into_iter().map(|(_, one)| one.hint).collect();
    take_all(&*second, &left).await;
    second.close().await;
}

pub async fn consumers_share_the_hints(broker: &impl Broker) {
    let queues: Vec<_> = ["a", "b", "c"].map(|name| broker.queue(name)).into();
    let mut shares = vec![BTreeSet::new(); 3];
    let mut published = Vec::new();
    let end = Instant::now() + BOUND;
    // a member gets its share when the group has noticed it, so hints are published until that is so
    while shares.iter().any(BTreeSet::is_empty) || published.len() > seen(&shares) {
        assert!(Instant::now() < end, "not within {BOUND:?}: {shares:?}");
        if shares.iter().any(BTreeSet::is_empty) {
            let round = hints(&format!("round-{}", published.len()), 12);
            publish(&*queues[0], &round).await;
            published.extend(round);
        }
        let waits = queues.iter().map(|queue| async move {
            let taken = timeout(Duration::from_millis(300), queue.next(2)).await;
            let taken = taken.map(Result::unwrap).unwrap_or_default();
            queue.acknowledge(&taken).await.unwrap();
            taken
        });
        for (share, taken) in shares.iter_mut().zip(join_all(waits).await) {
            share.extend(taken.into_iter().map(|one| one.hint.task_id));
        }
    }
    for queue in queues {
        queue.close().await;
    }
}

fn seen(shares: &[BTreeSet<String>]) -> usize {
    shares.iter().flatten().collect::<BTreeSet<_>>().len()
}

pub async fn the_depth_counts_what_is_not_acknowledged(broker: &impl Broker) {
    let queue = broker.queue("one");
    healthy(&*queue).await;
    let wanted = hints("task", 7);
    publish(&*queue, &wanted).await;
    until("depth is 7", || async {
        queue.depth().await == Ok(Some(7))
    })
    .await;
    let held = hold(&*queue, 7).await;
    assert_eq!(queue.depth().await, Ok(Some(7)));
    queue.acknowledge(&held).await.unwrap();
    until("depth is 0", || async {
        queue.depth().await == Ok(Some(0))
    })
    .await;
    queue.close().await;
}

pub async fn a_closed_queue_says_so(broker: &impl Broker) {
    let queue = broker.queue("one");
    let other = queue.clone();
    let waiting = tokio::spawn(async move { other.next(1).await });
    healthy(&*queue).await;
    within(BOUND, "close", queue.close()).await;
    let waited = within(BOUND, "the end of a wait", waiting).await.unwrap();
    assert_eq!(waited, Err(QueueError::Closed));
    assert_eq!(queue.publish(&hints("t", 1)).await, Err(QueueError::Closed));
    assert_eq!(queue.next(1).await, Err(QueueError::Closed));
    assert_eq!(queue.acknowledge(&[]).await, Err(QueueError::Closed));
    assert_eq!(queue.health().await, Err(QueueError::Closed));
    assert_eq!(queue.depth().await, Err(QueueError::Closed));
    within(BOUND, "a second close", queue.close()).await;
}

/// A figure, not a bar: `cargo test … -- --nocapture rate`.
pub async fn the_rate_of_ten_thousand_hints_is_printed(broker: &impl Broker) {
    let queue = broker.queue("fast");
    healthy(&*queue).await;
    let wanted = hints("task", 10_000);
    let start = Instant::now();
    for batch in wanted.chunks(1_000) {
        publish(&*queue, batch).await;
    }
    let published = start.elapsed();
    take_all(&*queue, &wanted).await;
    let rate = |elapsed: Duration| (10_000.0 / elapsed.as_secs_f64()).round();
    println!(
        "{}: published {}/s, read and acknowledged by tens {}/s",
        broker.address(),
        rate(published),
        rate(start.elapsed() - published)
    );
    queue.close().await;
}
