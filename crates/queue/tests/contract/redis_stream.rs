//! What only a Redis stream can do wrong.

use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::{Queue, QueueError};
use kubemin_queue::redis::{Redis, RedisSettings};

use crate::broker::{Broker, worker};
use crate::child::Child;
use crate::proxy::Proxy;
use crate::redis::{Fixture, redis, settings};
use crate::wait::{BOUND, healthy, hints, hold, publish, take_all, until, within};

const STREAM: &str = "kubemin.workflow.dispatch";

fn queue_with(
    fixture: &Fixture,
    change: impl FnOnce(RedisSettings) -> RedisSettings,
) -> Arc<dyn Queue> {
    let settings = change(settings(fixture.port(), "one"));
    Arc::new(Redis::start(settings).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_the_server_cuts_are_made_again() {
    let redis = redis().await;
    let queue = redis.queue("one");
    healthy(&*queue).await;
    for round in 0..5 {
        redis.command("CLIENT KILL TYPE normal SKIPME yes");
        let wanted = hints(&format!("round-{round}"), 3);
        queue.publish(&wanted).await.unwrap();
        take_all(&*queue, &wanted).await;
    }
}

/// A trimmed stream forgets silently (ADR 0006). The queue goes on, and keeps the bound.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_trimmed_to_about_its_limit_and_goes_on() {
    let redis = redis().await;
    let queue = queue_with(&redis, |settings| RedisSettings {
        max_len: 1_000,
        ..settings
    });
    healthy(&*queue).await;
    let held = async {
        publish(&*queue, &hints("held", 10)).await;
        hold(&*queue, 10).await
    };
    let held = held.await;
    publish(&*queue, &hints("burst", 5_000)).await;
    let depth = queue.depth().await.unwrap().unwrap();
    // whole nodes of 100 entries are trimmed
    assert!((1_000..1_200).contains(&depth), "{depth}");
    queue.acknowledge(&held).await.unwrap();
    take_all(&*queue, &hints("burst", 5_000)[4_500..]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_somebody_destroyed_is_made_again() {
    let redis = redis().await;
    let queue = redis.queue("one");
    healthy(&*queue).await;
    publish(&*queue, &hints("before", 1)).await;
    take_all(&*queue, &hints("before", 1)).await;
    redis.command(&format!("XGROUP DESTROY {STREAM} workflow-workers"));
    let wanted = hints("after", 3);
    publish(&*queue, &wanted).await;
    take_all(&*queue, &wanted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_no_hint_is_removed() {
    let redis = redis().await;
    let queue = redis.queue("one");
    redis.command(&format!("XADD {STREAM} * something else"));
    let wanted = hints("task", 1);
    publish(&*queue, &wanted).await;
    take_all(&*queue, &wanted).await;
    until("the stream is empty", || async {
        queue.depth().await == Ok(Some(0))
    })
    .await;
}

/// An acknowledged hint is gone from the stream, so a job of any length cannot be taken over.
#[tokio::test(flavor = "multi_thread")]
async fn a_claimed_task_is_never_taken_over_however_long_it_runs() {
    let redis = redis().await;
    let (working, idle) = (redis.queue("working"), redis.queue("idle"));
    publish(&*working, &hints("long", 1)).await;
    take_all(&*working, &hints("long", 1)).await;
    // six times the idle time after which an unacknowledged hint is taken over
    let taken = tokio::time::timeout(Duration::from_secs(3), idle.next(1)).await;
    assert!(taken.is_err(), "{taken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_consumer_is_removed_from_the_group() {
    let redis = redis().await;
    let queue = redis.queue("living");
    let consumers = || redis.command(&format!("XINFO CONSUMERS {STREAM} workflow-workers"));
    {
        let mut dying = Child::start(&redis.address());
        let wanted = hints("task", 5);
        publish(&*queue, &wanted).await;
        dying.holds(&wanted);
        dying.kill();
    }
    let reading = tokio::spawn({
        let queue = queue.clone();
        async move {
            while let Ok(taken) = queue.next(10).await {
                queue.acknowledge(&taken).await.unwrap();
            }
        }
    });
    until("both are in the group", || async { consumers() == "*2" }).await;
    until("one consumer is left", || async { consumers() == "*1" }).await;
    queue.close().await;
    within(BOUND, "the end of reading", reading).await.unwrap();
    assert_eq!(consumers(), "*0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failover_to_a_replica_is_survived() {
    let redis = redis().await;
    let replica = redis
        .with_server(|server| server.start_replica(&redis.folder.path().join("replica")))
        .unwrap();
    until("the replica follows", || async {
        replica.command("ROLE").unwrap() == "*5" && redis.command("WAIT 1 100") == ":1"
    })
    .await;
    let proxy = Proxy::start(redis.port()).await;
    let queue: Arc<dyn Queue> = Arc::new(Redis::start(settings(proxy.port(), "one")).unwrap());
    publish(&*queue, &hints("before", 3)).await;
    take_all(&*queue, &hints("before", 3)).await;
    // the old primary is demoted first, so there is a time in which it answers READONLY
    assert_eq!(replica.command("REPLICAOF NO ONE").unwrap(), "+OK");
    let follow = format!("REPLICAOF 127.0.0.1 {}", replica.port());
    assert_eq!(redis.command(&follow), "+OK");
    let refused = queue.publish(&hints("lost", 1)).await;
    assert!(
        matches!(&refused, Err(QueueError::Unavailable(said)) if said.to_lowercase().contains("read only")),
        "{refused:?}"
    );
    proxy.turn_to(replica.port());
    let wanted = hints("after", 3);
    publish(&*queue, &wanted).await;
    take_all(&*queue, &wanted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_gives_up_when_the_settings_say_so_and_publishing_goes_on() {
    let redis = redis().await;
    redis.kill();
    let mut short = settings(redis.port(), "one");
    short.worker = kubemin_queue::Worker {
        max_read_failures: 3,
        ..worker("one")
    };
    let queue = Redis::start(short).unwrap();
    let gave_up = within(BOUND, "giving up", queue.next(1)).await;
    let Err(QueueError::GaveUp(said)) = gave_up else {
        panic!("{gave_up:?}");
    };
    assert!(said.contains("gave up after 3 failures in a row"), "{said}");
    redis.restart();
    publish(&queue, &hints("task", 1)).await;
    assert!(matches!(queue.health().await, Err(QueueError::GaveUp(_))));
}
