//! A database of the first version, with data, is brought up to date and loses nothing.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubemin_ports::{EventRow, Store};
use kubemin_store::{KeySource, OpenError, Options, SqlStore};
use kubemin_workflow::TaskState;
use kubemin_workflow::readiness::Status;

/// Tables and rows of version 1: two applications, one of them with two revisions and a finished task.
const VERSION_1: &str = include_str!("migration/version-1.sql");

/// The key that sealed the rows.
fn options(folder: &Path) -> Options {
    Options {
        key: KeySource::Text(STANDARD.encode([7; 32])),
        ..Options::in_folder(folder)
    }
}

fn version_1(folder: &Path) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(folder.join("kubemin.db")).unwrap();
    database.execute_batch(VERSION_1).unwrap();
    database
}

#[tokio::test]
async fn rows_of_version_1_are_read_and_the_new_tables_work() {
    let folder = tempfile::tempdir().unwrap();
    drop(version_1(folder.path()));
    let store = SqlStore::open(options(folder.path())).await.unwrap();
    let shop = store.application("shop").await.unwrap();
    assert_eq!((shop.revision, shop.namespace.as_str()), (2, "shop"));
    let secret = &shop.document.components[1]
        .properties
        .as_ref()
        .unwrap()
        .secret;
    assert_eq!(secret["root"], "s3cr3t");
    assert_eq!(shop.inventory.len(), 1);
    assert_eq!(
        store.revisions("shop").await.unwrap()[1].task_state,
        "completed"
    );
    let task = store.task("t1").await.unwrap();
    assert_eq!((task.state, task.jobs.len()), (TaskState::Completed, 1));
    let components = store.components("shop").await.unwrap();
    assert_eq!(components[0].status, Status::Running);
    assert_eq!(store.application("blog").await.unwrap().revision, 1);
    let event = EventRow {
        app_id: "shop".to_owned(),
        ..EventRow::default()
    };
    store.add_events(&[event]).await.unwrap();
    assert_eq!(store.events("shop", 0, 10).await.unwrap().len(), 1);
    store.close().await;
    // The second start finds nothing to do.
    let store = SqlStore::open(options(folder.path())).await.unwrap();
    assert_eq!(store.application("shop").await.unwrap(), shop);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = version_1(folder.path());
    let newer =
        "INSERT INTO min_migrations (version, name, digest) VALUES (9999, '9999_future', '')";
    database.execute_batch(newer).unwrap();
    let error = SqlStore::open(options(folder.path())).await.err().unwrap();
    assert!(
        matches!(&error, OpenError::Newer(name) if name == "9999_future"),
        "{error}"
    );
    assert!(database.prepare("SELECT 1 FROM min_events").is_err());
}

#[tokio::test]
async fn a_migration_that_reads_differently_now_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = version_1(folder.path());
    let altered = "UPDATE min_migrations SET digest = 'other' WHERE version = 2";
    database.execute_batch(altered).unwrap();
    let error = SqlStore::open(options(folder.path())).await.err().unwrap();
    assert!(
        matches!(&error, OpenError::Altered(name) if name == "0002_applications"),
        "{error}"
    );
}
