//! Several replicas on one database: whoever is faster, the rules of the contract hold.

#[path = "contract/fixtures.rs"]
#[allow(dead_code)]
mod fixtures;
mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use fixtures::{adopting, new_task, revision, to, with_task};
use futures::future::join_all;
use kubemin_ports::task::{RestartRequest, TaskOptions};
use kubemin_ports::{Clock, ComponentRow, EventRow, NewRevision, NewTask, Store, StoreError};
use kubemin_store::{Options, SqlStore};
use kubemin_workflow::TaskState;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use support::{Databases, ask, options, replica, tell};

static MARIADB: LazyLock<Databases> = LazyLock::new(|| Databases::shared("replicas", &[]));

const REPLICAS: usize = 4;

async fn replicas(url: &str) -> Vec<Arc<SqlStore>> {
    let stores = join_all((0..REPLICAS).map(|_| replica(url))).await;
    stores.into_iter().map(Arc::new).collect()
}

/// Calls that begin at the same time on threads of their own, `times` on each replica.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    stores: &[Arc<SqlStore>],
    times: usize,
    call: impl Fn(Arc<SqlStore>, usize) -> F,
) -> Vec<T> {
    let barrier = Arc::new(tokio::sync::Barrier::new(stores.len() * times));
    let calls = (0..stores.len() * times).map(|number| {
        let call = call(Arc::clone(&stores[number % stores.len()]), number);
        let barrier = Arc::clone(&barrier);
        tokio::spawn(async move {
            barrier.wait().await;
            call.await
        })
    });
    let answers = join_all(calls.collect::<Vec<_>>()).await;
    answers.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_task_is_claimed_once() {
    const TASKS: usize = 40;
    let url = MARIADB.fresh().await;
    let stores = replicas(&url).await;
    for number in 0..TASKS {
        let new = with_task(&format!("app-{number}"), "one", &format!("task-{number}"));
        stores[0].put_revision(new).await.unwrap();
    }
    let claimed = at_once(&stores, 4, |store, claimer| async move {
        let mut mine = Vec::new();
        for step in 0..TASKS {
            // Half of the claimers go the same way, the others from everywhere.
            let number = (step + claimer % 2 * claimer * 7) % TASKS;
            let (task, owner) = (format!("task-{number}"), format!("claimer-{claimer}"));
            let row = store.claim(&task, &owner, &[TaskState::Waiting]).await;
            if let Some(row) = row.unwrap() {
                assert_eq!((row.fence, row.owner), (1, owner));
                mine.push(task);
            }
        }
        mine
    })
    .await;
    let all: Vec<_> = claimed.into_iter().flatten().collect();
    let different: BTreeSet<_> = all.iter().collect();
    assert_eq!((all.len(), different.len()), (TASKS, TASKS));
}

fn restarting(id: &str) -> NewTask {
    NewTask {
        options: TaskOptions {
            restart: Some(RestartRequest::default()),
            ..TaskOptions::default()
        },
        ..new_task(id)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_task_of_an_application_is_under_way() {
    let url = MARIADB.fresh().await;
    let stores = replicas(&url).await;
    stores[0]
        .put_revision(revision("shop", "one"))
        .await
        .unwrap();
    for round in 0..8 {
        let ids = ["a", "b", "c"].map(|name| format!("{name}{round}"));
        let tasks = [new_task(&ids[0]), adopting(&ids[1]), restarting(&ids[2])];
        for task in tasks {
            stores[0].add_task("shop", task).await.unwrap();
        }
        let wanted = ids.clone();
        let claimed = at_once(&stores, 3, move |store, number| {
            let id = wanted[number % 3].clone();
            async move { store.claim(&id, "me", &[TaskState::Waiting]).await.unwrap() }
        })
        .await;
        let taken: Vec<_> = claimed.into_iter().flatten().collect();
        assert_eq!(taken.len(), 1, "{taken:?}");
        let end = to(TaskState::Failed);
        stores[1]
            .record(&taken[0].id, taken[0].fence, end)
            .await
            .unwrap();
        for id in &ids {
            // The winner has ended.
            let _ = stores[2].request_cancel(id, "Test").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revisions_of_many_writers_have_numbers_without_gaps() {
    let url = MARIADB.fresh().await;
    let stores = replicas(&url).await;
    // The first of them makes the application, and nobody knows who that is.
    let stored = at_once(&stores, 10, |store, number| async move {
        let new = with_task(
            "shop",
            &format!("image-{number}"),
            &format!("task-{number}"),
        );
        store.put_revision(new).await.unwrap()
    })
    .await;
    let numbers: BTreeSet<_> = stored.iter().map(|stored| stored.revision).collect();
    assert_eq!(numbers, (1..=40).collect());
    let all = stores[0].revisions("shop").await.unwrap();
    assert_eq!((all.len(), all[0].revision), (40, 40));
    assert_eq!(
        stores[0].application("shop").await.unwrap().document,
        all[0].document
    );
    // Each newer revision has superseded what was waiting.
    let waiting = stores[0].waiting_tasks(100).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let newest = stores[0].task(&waiting[0].id).await.unwrap();
    assert_eq!(newest.revision, 40);

    let expected = at_once(&stores, 3, |store, number| async move {
        let new = NewRevision {
            expected: Some(40),
            ..revision("shop", &format!("other-{number}"))
        };
        store.put_revision(new).await
    })
    .await;
    let kept = expected.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(kept, 1, "{expected:?}");
    for refused in expected.into_iter().filter_map(Result::err) {
        assert!(
            matches!(&refused, StoreError::Conflict(text) if text.contains("is at revision 41")),
            "{refused}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_document_sent_to_all_at_once_is_one_application_with_one_task() {
    let url = MARIADB.fresh().await;
    let stores = replicas(&url).await;
    for round in 0..5 {
        let name = format!("shop-{round}");
        let stored = at_once(&stores, 2, |store, number| {
            let new = NewRevision {
                idempotency: Some((format!("key-{round}"), "body".to_owned())),
                ..with_task(&name, "one", &format!("task-{round}-{number}"))
            };
            async move { store.put_revision(new).await.unwrap() }
        })
        .await;
        let tasks: BTreeSet<_> = stored.iter().map(|stored| &stored.task_id).collect();
        assert_eq!(tasks.len(), 1, "{stored:?}");
        let made = stored.iter().filter(|stored| !stored.replayed).count();
        assert_eq!(made, 1, "{stored:?}");
        assert!(stored.iter().all(|stored| stored.revision == 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_belongs_to_one_application() {
    let url = MARIADB.fresh().await;
    let stores = replicas(&url).await;
    for round in 0..5 {
        let answers = at_once(&stores, 1, |store, number| async move {
            let new = NewRevision {
                name: format!("name-{round}"),
                ..revision(&format!("app-{round}-{number}"), "one")
            };
            store.put_revision(new).await
        })
        .await;
        let (kept, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(kept.len(), 1);
        let holder = &kept[0].as_ref().unwrap().app_id;
        for error in refused.into_iter().filter_map(Result::err) {
            assert!(
                matches!(&error, StoreError::Conflict(text) if text.contains(holder)),
                "{error}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deployment_asked_for_during_a_removal_is_never_lost() {
    let url = MARIADB.fresh().await;
    let stores = replicas(&url).await;
    for round in 0..10 {
        let (name, task) = (format!("app-{round}"), format!("task-{round}"));
        stores[0]
            .put_revision(revision(&name, "one"))
            .await
            .unwrap();
        let both = at_once(&stores[..2], 1, |store, number| {
            let (name, task) = (name.clone(), task.clone());
            async move {
                match number {
                    0 => store.remove_application(&name).await.map(|()| None),
                    _ => store
                        .put_revision(with_task(&name, "two", &task))
                        .await
                        .map(Some),
                }
            }
        })
        .await;
        let stored = both.into_iter().find_map(|answer| answer.unwrap()).unwrap();
        let application = stores[2].application(&name).await.unwrap();
        assert_eq!(application.revision, stored.revision);
        let task = stores[3].task(&task).await.unwrap();
        assert_eq!(
            (task.state, task.revision),
            (TaskState::Waiting, stored.revision)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_run_again_and_nobody_is_told() {
    let server = Databases::own(&[]);
    let url = server.fresh().await;
    let store = Arc::new(replica(&url).await);
    for name in ["a", "b"] {
        store.put_revision(revision(name, "one")).await.unwrap();
    }
    let deadlocks = "SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'";
    let before = server.ask(deadlocks).await;
    let mut other = Conn::new(Opts::from_url(&url).unwrap()).await.unwrap();
    // The server ends the transaction that has changed less.
    for statement in [
        "CREATE TABLE weight (id BIGINT AUTO_INCREMENT PRIMARY KEY)",
        "BEGIN",
        "INSERT INTO weight SELECT seq FROM seq_1_to_100",
        "UPDATE min_app_components SET message = 'other' WHERE app_id = 'b'",
    ] {
        other.query_drop(statement).await.unwrap();
    }
    let row = |app_id: &str| ComponentRow {
        app_id: app_id.to_owned(),
        name: "backend".to_owned(),
        message: "mine".to_owned(),
        ..ComponentRow::default()
    };
    let (rows, writer) = ([row("a"), row("b")], Arc::clone(&store));
    let writing = tokio::spawn(async move { writer.put_components(&rows).await });
    let waits = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
    let end = Instant::now() + Duration::from_secs(4);
    while server.ask(waits).await == 0 {
        assert!(Instant::now() < end, "the store does not wait for a lock");
        // The server renews this table only when nobody has read it for 0.1 s.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let crossing = "UPDATE min_app_components SET message = 'other' WHERE app_id = 'a'";
    other.query_drop(crossing).await.unwrap();
    other.query_drop("COMMIT").await.unwrap();
    writing.await.unwrap().unwrap();
    assert_eq!(server.ask(deadlocks).await, before + 1);
    for name in ["a", "b"] {
        assert_eq!(store.components(name).await.unwrap()[0].message, "mine");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_of_the_same_rows_written_in_any_order_by_many_arrives_whole() {
    let url = MARIADB.fresh().await;
    let stores = replicas(&url).await;
    let names: Vec<_> = (0..6).map(|number| format!("app-{number}")).collect();
    for name in &names {
        stores[0].put_revision(revision(name, "one")).await.unwrap();
    }
    at_once(&stores, 4, |store, number| {
        let row = |name: &String| ComponentRow {
            app_id: name.clone(),
            name: "backend".to_owned(),
            message: format!("written by {number}"),
            ..ComponentRow::default()
        };
        let mut rows: Vec<_> = names.iter().map(row).collect();
        if number.is_multiple_of(2) {
            rows.reverse();
        }
        async move {
            for _ in 0..10 {
                store.put_components(&rows).await.unwrap();
            }
        }
    })
    .await;
    let written = stores[0].components_of(&names).await.unwrap();
    let backends = written.iter().filter(|row| row.name == "backend");
    let writers: BTreeSet<_> = backends.map(|row| &row.message).collect();
    assert_eq!(writers.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_all_replicas_have_numbers_of_their_own_in_order_of_their_commit() {
    let url = MARIADB.fresh().await;
    let stores = replicas(&url).await;
    stores[0]
        .put_revision(revision("shop", "one"))
        .await
        .unwrap();
    at_once(&stores, 3, |store, number| async move {
        for count in 0..10 {
            let event = EventRow {
                app_id: "shop".to_owned(),
                message: format!("{number}/{count}"),
                ..EventRow::default()
            };
            store.add_events(&[event.clone(), event]).await.unwrap();
        }
    })
    .await;
    let events = stores[3].events("shop", 0, 1000).await.unwrap();
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    assert_eq!(ids, (1..=240).collect::<Vec<_>>());
}

/// A wall clock that is wrong.
struct Skewed(i64);

impl Clock for Skewed {
    fn now_ms(&self) -> i64 {
        kubemin_ports::SystemClock.now_ms() + self.0
    }
}

#[tokio::test]
async fn wrong_clocks_of_replicas_take_no_task_from_its_owner() {
    let url = MARIADB.fresh().await;
    let minutes = |minutes: i64| {
        SqlStore::open(Options {
            clock: Arc::new(Skewed(minutes * 60_000)),
            lease: Duration::from_secs(60),
            ..options(&url)
        })
    };
    let (behind, ahead) = (minutes(-10).await.unwrap(), minutes(10).await.unwrap());
    for (name, store) in [("a", &behind), ("b", &ahead)] {
        store
            .put_revision(with_task(name, "one", name))
            .await
            .unwrap();
        store
            .claim(name, "me", &[TaskState::Waiting])
            .await
            .unwrap()
            .unwrap();
    }
    for store in [&behind, &ahead] {
        assert!(store.expired(10).await.unwrap().is_empty());
        assert!(!store.reclaim("a", 1).await.unwrap());
        assert!(!store.reclaim("b", 1).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_task_is_reclaimed_by_one_sweep() {
    let url = MARIADB.fresh().await;
    let stores = replicas(&url).await;
    stores[0]
        .put_revision(with_task("shop", "one", "t1"))
        .await
        .unwrap();
    stores[0]
        .claim("t1", "dead", &[TaskState::Waiting])
        .await
        .unwrap()
        .unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while stores[1].expired(10).await.unwrap().is_empty() {
        assert!(Instant::now() < end, "the lease is not over");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let reclaimed = at_once(&stores, 3, |store, _| async move {
        store.reclaim("t1", 1).await.unwrap()
    })
    .await;
    assert_eq!(reclaimed.iter().filter(|done| **done).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_at_once_migrate_once() {
    let url = MARIADB.fresh().await;
    // Each of them would fail when another one's table were there before it had read that.
    let stores = replicas(&url).await;
    let versions = ask(&url, "SELECT COUNT(*) FROM min_migrations").await;
    assert_eq!(
        versions,
        ask(&url, "SELECT MAX(version) FROM min_migrations").await
    );
    stores[3]
        .put_revision(revision("shop", "one"))
        .await
        .unwrap();
    assert_eq!(stores[0].application("shop").await.unwrap().revision, 1);
}

#[tokio::test]
async fn a_database_of_the_version_before_leases_loses_nothing() {
    let url = MARIADB.fresh().await;
    let store = replica(&url).await;
    store
        .put_revision(with_task("shop", "one", "t1"))
        .await
        .unwrap();
    store
        .claim("t1", "old", &[TaskState::Waiting])
        .await
        .unwrap()
        .unwrap();
    let before = store.application("shop").await.unwrap();
    store.close().await;
    // As version 14 left it.
    tell(
        &url,
        "ALTER TABLE min_workflow_queue DROP INDEX min_workflow_queue_one_active, \
         DROP COLUMN active_app, DROP COLUMN lease_until_ms",
    )
    .await;
    tell(&url, "DROP TABLE min_replica").await;
    tell(&url, "DELETE FROM min_migrations WHERE version > 14").await;
    let stores = replicas(&url).await;
    assert_eq!(stores[0].application("shop").await.unwrap(), before);
    let expired = stores[1].expired(10).await.unwrap();
    assert_eq!((expired[0].task_id.as_str(), expired[0].fence), ("t1", 1));
    assert_eq!(
        ask(
            &url,
            "SELECT COUNT(*) FROM min_migrations WHERE version > 14"
        )
        .await,
        3
    );
}

#[tokio::test]
async fn a_migration_that_ended_before_its_record_is_gone_on_with() {
    let url = MARIADB.fresh().await;
    let store = replica(&url).await;
    store.put_revision(revision("shop", "one")).await.unwrap();
    store.close().await;
    tell(&url, "DELETE FROM min_migrations WHERE version > 8").await;
    let store = replica(&url).await;
    assert_eq!(store.application("shop").await.unwrap().revision, 1);
}
