//! What a server does to its clients: it restarts, hangs, cuts connections, takes no writes, refuses a login.

#[path = "contract/fixtures.rs"]
#[allow(dead_code)]
mod fixtures;
mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use fixtures::{revision, to, with_task};
use kubemin_ports::{Store, StoreError};
use kubemin_store::{Key, KeySource, OpenError, Options, SqlStore};
use kubemin_workflow::TaskState;
use support::{Databases, ask, key, options, replica};

static MARIADB: LazyLock<Databases> = LazyLock::new(|| Databases::shared("server", &[]));

/// Until a call succeeds.
async fn until_it_answers(store: &SqlStore) {
    let end = Instant::now() + Duration::from_secs(30);
    while let Err(error) = store.ping().await {
        assert!(
            Instant::now() < end,
            "the store does not answer again: {error}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_a_crash_is_there_and_nothing_is_half_there() {
    const WRITERS: usize = 12;
    let server = Databases::own(&[]);
    let url = server.fresh().await;
    let stores = [Arc::new(replica(&url).await), Arc::new(replica(&url).await)];
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(&stores[writer % 2]);
            let (acknowledged, stop) = (Arc::clone(&acknowledged), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut sent = 0;
                while !stop.load(Ordering::Relaxed) {
                    let id = format!("app-{writer}-{sent}");
                    let put = store.put_revision(with_task(&id, "one", &id)).await;
                    let claimed = store.claim(&id, "me", &[TaskState::Waiting]).await;
                    let fence = claimed.ok().flatten().map(|task| task.fence);
                    acknowledged.lock().unwrap().push((id, put.is_ok(), fence));
                    sent += 1;
                }
                sent
            })
        })
        .collect();
    let end = Instant::now() + Duration::from_secs(60);
    while acknowledged.lock().unwrap().len() < 150 {
        assert!(Instant::now() < end, "no 150 writes within 60 s");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.process(|process| process.kill()).unwrap();
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let error = stores[0]
        .put_revision(revision("down", "one"))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    server.process(|process| process.restart()).unwrap();
    until_it_answers(&stores[0]).await;

    let sent = acknowledged.lock().unwrap().clone();
    let lost = sent.iter().filter(|(_, kept, _)| !kept).count();
    assert!(
        lost > 0 && sent.len() - lost >= 100,
        "{lost} of {} failed",
        sent.len()
    );
    for (id, kept, fence) in &sent {
        let application = stores[0].application(id).await;
        if !kept && application.is_err() {
            assert!(
                stores[0].task(id).await.is_err(),
                "{id} has a task and no application"
            );
            assert!(stores[0].components(id).await.unwrap().is_empty(), "{id}");
            continue;
        }
        assert_eq!(application.unwrap().revision, 1, "{id}");
        assert_eq!(stores[0].components(id).await.unwrap().len(), 3, "{id}");
        let task = stores[0].task(id).await.unwrap();
        match fence {
            Some(fence) => assert_eq!(
                (task.state, task.fence),
                (TaskState::Queued, *fence),
                "{id}"
            ),
            None => assert_eq!(task.owner.is_empty(), task.fence == 0, "{id}"),
        }
    }
    // Nothing but what was sent.
    let stored = ask(&url, "SELECT COUNT(*) FROM min_applications").await;
    let revisions = ask(&url, "SELECT COUNT(*) FROM min_application_revisions").await;
    let tasks = ask(&url, "SELECT COUNT(*) FROM min_workflow_queue").await;
    assert_eq!((stored, stored), (revisions, tasks));
    stores[0].put_revision(revision("up", "one")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_to_a_server_that_hangs_end_with_an_error_that_says_so() {
    let server = Databases::own(&[]);
    let url = server.fresh().await;
    let store = replica(&url).await;
    store
        .put_revision(with_task("shop", "one", "t1"))
        .await
        .unwrap();
    server.process(|process| process.pause()).unwrap();
    let start = Instant::now();
    let (read, written) = tokio::join!(
        store.application("shop"),
        store.put_revision(revision("shop", "two"))
    );
    let took = start.elapsed();
    server.process(|process| process.resume()).unwrap();
    assert!(took < Duration::from_secs(15), "{took:?}");
    for error in [read.unwrap_err(), written.unwrap_err()] {
        let text = error.to_string();
        assert!(matches!(error, StoreError::Unavailable(_)), "{text}");
        assert!(
            text.contains("no answer within") || text.contains("no connection within"),
            "{text}"
        );
        assert!(text.contains(&server.port().to_string()), "{text}");
    }
    until_it_answers(&store).await;
    store.put_revision(revision("shop", "three")).await.unwrap();
    let revision = store.application("shop").await.unwrap().revision;
    // What was asked of the server while it hung may have been done when it went on, or not.
    assert!((2..=3).contains(&revision), "{revision}");
}

#[tokio::test]
async fn connections_that_were_cut_are_made_again_without_a_word() {
    // A server of its own: it closes what is idle for a second.
    let server = Databases::own(&["--wait-timeout=1"]);
    let url = server.fresh().await;
    let store = replica(&url).await;
    for round in 0..3 {
        let name = format!("app-{round}");
        store
            .put_revision(with_task(&name, "one", &name))
            .await
            .unwrap();
        store.application(&name).await.unwrap();
        let end = Instant::now() + Duration::from_secs(20);
        let idle = "SELECT COUNT(*) FROM information_schema.processlist WHERE db IS NOT NULL";
        while server.ask(idle).await > 0 {
            assert!(Instant::now() < end, "the server keeps idle connections");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    assert_eq!(
        store
            .applications(&Default::default())
            .await
            .unwrap()
            .items
            .len(),
        1
    );
}

#[tokio::test]
async fn a_read_only_server_is_named_and_the_next_call_asks_again() {
    let server = Databases::own(&[]);
    let admin = server.fresh().await;
    let database = admin.rsplit_once('/').unwrap().1;
    // The administrator may write to a read-only server.
    server
        .tell("CREATE USER plain@'%' IDENTIFIED BY 'plain'")
        .await;
    server
        .tell(&format!("GRANT ALL ON {database}.* TO plain@'%'"))
        .await;
    let url = format!("mysql://plain:plain@127.0.0.1:{}/{database}", server.port());
    let store = replica(&url).await;
    store
        .put_revision(with_task("shop", "one", "t1"))
        .await
        .unwrap();
    server.tell("SET GLOBAL read_only = 1").await;
    let error = store
        .put_revision(revision("shop", "two"))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, StoreError::Unavailable(text) if text.contains("read-only")),
        "{error}"
    );
    assert_eq!(store.application("shop").await.unwrap().revision, 1);
    server.tell("SET GLOBAL read_only = 0").await;
    store.put_revision(revision("shop", "two")).await.unwrap();
    let fence = store
        .claim("t1", "me", &[TaskState::Waiting])
        .await
        .unwrap();
    // Revision 2 came without a task, so the first one waits still.
    store
        .record("t1", fence.unwrap().fence, to(TaskState::Running))
        .await
        .unwrap();
}

async fn refused(options: Options) -> OpenError {
    SqlStore::open(options).await.err().unwrap()
}

#[tokio::test]
async fn a_server_s_database_opens_only_with_the_key_of_its_secrets() {
    let url = MARIADB.fresh().await;
    let none = refused(Options::on_server(&url, KeySource::DataFolder)).await;
    assert!(matches!(none, OpenError::KeyNeeded), "{none}");
    let store = replica(&url).await;
    store.put_revision(revision("shop", "one")).await.unwrap();
    let other = KeySource::Text(Key::generate().unwrap().to_text());
    let wrong = refused(Options::on_server(&url, other.clone())).await;
    assert!(matches!(wrong, OpenError::WrongKey { .. }), "{wrong}");
    let leaked = ask(
        &url,
        "SELECT COUNT(*) FROM min_application_revisions WHERE document LIKE '%s3cr3t%'",
    )
    .await;
    assert_eq!(leaked, 0);
    let new = Key::generate().unwrap();
    store.rotate_key(new.clone(), |_, _| ()).await.unwrap();
    store.close().await;
    assert!(matches!(
        refused(options(&url)).await,
        OpenError::WrongKey { .. }
    ));
    let rotated = Options::on_server(&url, KeySource::Text(new.to_text()));
    let store = SqlStore::open(rotated).await.unwrap();
    let shop = store.application("shop").await.unwrap();
    let secret = &shop.document.components[1]
        .properties
        .as_ref()
        .unwrap()
        .secret;
    assert_eq!(secret["root"], "s3cr3t");
}

#[tokio::test]
async fn the_password_comes_from_a_file_and_is_in_no_error() {
    let url = MARIADB.fresh().await;
    let (scheme, rest) = url.split_once("://").unwrap();
    let (login, place) = rest.split_once('@').unwrap();
    let (user, password) = login.split_once(':').unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, format!("{password}\n")).unwrap();
    let bare = format!("{scheme}://{user}@{place}");
    let with_file = Options {
        password_file: Some(file),
        ..Options::on_server(&bare, key())
    };
    SqlStore::open(with_file)
        .await
        .unwrap()
        .ping()
        .await
        .unwrap();
    let elsewhere = format!(
        "{scheme}://{login}@{}/none",
        place.split_once('/').unwrap().0
    );
    let wrong = format!("{scheme}://{user}:not-{password}@{place}");
    for url in [
        elsewhere,
        wrong,
        format!("{scheme}://{login}@127.0.0.1:1/none"),
    ] {
        let error = refused(Options::on_server(&url, key())).await;
        let text = format!("{error} {error:?}");
        assert!(!text.contains(password), "{text}");
        assert!(text.contains("127.0.0.1:"), "{text}");
    }
}
