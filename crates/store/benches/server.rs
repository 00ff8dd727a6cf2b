//! How fast tasks are taken and recorded on MariaDB, against bare compare-and-set commits of as many clients on the same
//! server with every commit on disk.
//!
//! `cargo bench -p kubemin-store --bench server`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::future::join_all;
use kubemin_backing::MariaDb;
use kubemin_ports::{NewRevision, NewTask, Store, TaskPatch};
use kubemin_store::{KeySource, Options, SqlStore};
use kubemin_workflow::TaskState;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use serde_json::json;

/// As many as a replica has connections that write.
const CLIENTS: usize = 8;
const TASKS: usize = 3000;
const BARE: Duration = Duration::from_secs(5);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run());
}

async fn run() {
    let folder = tempfile::tempdir().unwrap();
    let server = MariaDb::start(folder.path()).unwrap();
    let mut admin = Conn::new(Opts::from_url(&server.url()).unwrap())
        .await
        .unwrap();
    admin.query_drop("CREATE DATABASE bench").await.unwrap();
    let url = format!("{}/bench", server.url());
    println!("{CLIENTS} clients, {TASKS} tasks");
    let before = bare(&url).await;
    let store = open(&url).await;
    fill(&store).await;
    let pairs = claim_and_record(&store).await;
    let after = bare(&url).await;
    let bare = f64::midpoint(before, after);
    println!("bare compare-and-set commits  {before:>8.0} /s before, {after:.0} /s after");
    println!(
        "claim and record              {pairs:>8.0} tasks/s, {:.0} commits/s",
        pairs * 2.0
    );
    println!(
        "tasks against bare commits    {:>8.1} %",
        pairs / bare * 100.0
    );
    println!(
        "commits against bare commits  {:>8.1} %",
        pairs * 2.0 / bare * 100.0
    );
}

async fn open(url: &str) -> Arc<SqlStore> {
    let key = KeySource::Text(STANDARD.encode([7; 32]));
    let options = Options::on_server(url, key);
    Arc::new(SqlStore::open(options).await.unwrap())
}

/// Each client counts up a row of its own: nothing but round trips and commits.
async fn bare(url: &str) -> f64 {
    let mut admin = Conn::new(Opts::from_url(url).unwrap()).await.unwrap();
    let table = "CREATE OR REPLACE TABLE bare (id BIGINT PRIMARY KEY, fence BIGINT NOT NULL)";
    admin.query_drop(table).await.unwrap();
    let count = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let clients = (0..CLIENTS).map(|client| {
        let (url, count) = (url.to_owned(), Arc::clone(&count));
        tokio::spawn(async move {
            let mut connection = Conn::new(Opts::from_url(&url).unwrap()).await.unwrap();
            let insert = "INSERT INTO bare (id, fence) VALUES (?, 0)";
            connection.exec_drop(insert, (client,)).await.unwrap();
            let mut fence = 0_i64;
            while start.elapsed() < BARE {
                let set = "UPDATE bare SET fence = fence + 1 WHERE id = ? AND fence = ?";
                connection.exec_drop(set, (client, fence)).await.unwrap();
                assert_eq!(connection.affected_rows(), 1);
                fence += 1;
                count.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    for client in join_all(clients.collect::<Vec<_>>()).await {
        client.unwrap();
    }
    count.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
}

async fn fill(store: &Arc<SqlStore>) {
    let start = Instant::now();
    each(store, |store, number| async move {
        store.put_revision(revision(number)).await.unwrap();
    })
    .await;
    let rate = TASKS as f64 / start.elapsed().as_secs_f64();
    println!("put_revision, new with task   {rate:>8.0} /s");
}

async fn claim_and_record(store: &Arc<SqlStore>) -> f64 {
    let start = Instant::now();
    each(store, |store, number| async move {
        let id = format!("task-{number}");
        let claimed = store.claim(&id, "me", &[TaskState::Waiting]).await.unwrap();
        let done = TaskPatch {
            state: Some(TaskState::Completed),
            ..TaskPatch::default()
        };
        let fence = claimed.unwrap().fence;
        store.record(&id, fence, done).await.unwrap();
    })
    .await;
    TASKS as f64 / start.elapsed().as_secs_f64()
}

/// Every number once, by clients that take the next one each.
async fn each<F: Future<Output = ()> + Send + 'static>(
    store: &Arc<SqlStore>,
    act: impl Fn(Arc<SqlStore>, usize) -> F + Copy + Send + 'static,
) {
    let next = Arc::new(AtomicUsize::new(0));
    let clients = (0..CLIENTS).map(|_| {
        let (store, next) = (Arc::clone(store), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= TASKS {
                    break;
                }
                act(Arc::clone(&store), number).await;
            }
        })
    });
    for client in join_all(clients.collect::<Vec<_>>()).await {
        client.unwrap();
    }
}

fn revision(number: usize) -> NewRevision {
    let name = format!("app-{number}");
    NewRevision {
        document: serde_json::from_value(json!({
            "id": name, "name": name, "namespace": "shop",
            "components": [{"name": "backend", "type": "webservice", "image": "backend:1"}]
        }))
        .unwrap(),
        app_id: name.clone(),
        name,
        namespace: "shop".to_owned(),
        cause: "apply".to_owned(),
        expected: None,
        stopped: None,
        task: Some(NewTask {
            id: format!("task-{number}"),
            ..NewTask::default()
        }),
        idempotency: None,
    }
}
