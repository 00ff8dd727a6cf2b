//! Time and processor time of the calls that creating and deploying an application makes, with every commit on disk.
//!
//! `cargo bench -p kubemin-store`

use std::time::{Duration, Instant};

use kubemin_model::Application;
use kubemin_objects::{Kind, ObjectKey};
use kubemin_ports::{ComponentRow, JobRow, NewRevision, NewTask, Store, TaskPatch, TaskRow};
use kubemin_store::{Options, SqlStore};
use kubemin_workflow::plan::JobAction;
use kubemin_workflow::readiness::Status;
use kubemin_workflow::{JobState, TaskState};
use serde_json::json;

const ROUNDS: usize = 1000;
const WARM_UP: usize = 50;

/// Times of one kind of call.
#[derive(Default)]
struct Series(Vec<Duration>);

impl Series {
    async fn time<T>(&mut self, call: impl Future<Output = T>) -> T {
        let start = Instant::now();
        let value = call.await;
        self.0.push(start.elapsed());
        value
    }

    fn print(mut self, name: &str) {
        self.0.drain(..WARM_UP);
        self.0.sort();
        let at = |part: f64| self.0[(self.0.len() as f64 * part) as usize].as_secs_f64() * 1e3;
        println!(
            "{name:<28} p50 {:>7.3} ms  p95 {:>7.3} ms",
            at(0.5),
            at(0.95)
        );
    }
}

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
    let start = Instant::now();
    let store = SqlStore::open(Options::in_folder(folder.path().join("data")))
        .await
        .unwrap();
    println!("first open {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let mut series: [Series; 8] = Default::default();
    let revisions: Vec<_> = (0..ROUNDS).map(revision).collect();
    let before = cpu();
    for (round, revision) in revisions.into_iter().enumerate() {
        deploy(&store, round, revision, &mut series).await;
    }
    let deploying = cpu() - before;
    let [.., application, task, components, latest] = &mut series;
    for round in 0..ROUNDS {
        let id = format!("app-{round}");
        application.time(store.application(&id)).await.unwrap();
        task.time(store.task(&format!("task-{round}")))
            .await
            .unwrap();
        components.time(store.components(&id)).await.unwrap();
        latest.time(store.latest_task(&id)).await.unwrap();
    }
    let names = [
        "put_revision, new with task",
        "claim",
        "record, plan and 3 jobs",
        "record, 3 jobs",
        "application",
        "task",
        "components",
        "latest_task",
    ];
    for (series, name) in series.into_iter().zip(names) {
        series.print(name);
    }
    println!(
        "processor time of create and deploy (put, claim, 3 records): {:.3} ms",
        deploying.as_secs_f64() * 1e3 / ROUNDS as f64
    );
    drop(store);
    let start = Instant::now();
    SqlStore::open(Options::in_folder(folder.path().join("data")))
        .await
        .unwrap();
    println!(
        "open with {ROUNDS} applications {:.1} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
}

/// Creates an application and runs its task: taken, planned, two more writes of which the last ends it.
async fn deploy(store: &SqlStore, round: usize, revision: NewRevision, series: &mut [Series; 8]) {
    let [put, claim, first, next, ..] = series;
    let task = format!("task-{round}");
    put.time(store.put_revision(revision)).await.unwrap();
    let claimed = claim
        .time(store.claim(&task, "me", &[TaskState::Waiting]))
        .await;
    let TaskRow { fence, .. } = claimed.unwrap().unwrap();
    let planned = TaskPatch {
        plan: Some(Default::default()),
        started_ms: Some(1),
        inventory: Some(inventory(round)),
        ..patch(TaskState::Running, JobState::Queued)
    };
    first
        .time(store.record(&task, fence, planned))
        .await
        .unwrap();
    let running = TaskPatch {
        state: None,
        ..patch(TaskState::Running, JobState::Running)
    };
    next.time(store.record(&task, fence, running))
        .await
        .unwrap();
    let done = TaskPatch {
        finished_ms: Some(2),
        components: components(round),
        ..patch(TaskState::Completed, JobState::Completed)
    };
    store.record(&task, fence, done).await.unwrap();
}

fn revision(round: usize) -> NewRevision {
    let name = format!("app-{round}");
    NewRevision {
        app_id: name.clone(),
        document: document(&name),
        name,
        namespace: "shop".to_owned(),
        cause: "apply".to_owned(),
        expected: None,
        stopped: None,
        task: Some(NewTask {
            id: format!("task-{round}"),
            ..NewTask::default()
        }),
        idempotency: None,
    }
}

fn document(name: &str) -> Application {
    serde_json::from_value(json!({
        "id": name, "name": name, "namespace": "shop",
        "components": [
            {"name": "backend", "type": "webservice", "image": "registry.example/backend:1.2.3", "replicas": 2,
             "properties": {"ports": [{"port": 8080}], "env": {"A": "1", "B": "2"}}},
            {"name": "mysql", "type": "statefulservice", "image": "mysql:8",
             "properties": {"ports": [{"port": 3306}]}},
            {"name": "passwords", "type": "secret", "properties": {"secret": {"root": "s3cr3t"}}}
        ]
    }))
    .unwrap()
}

fn components(round: usize) -> Vec<ComponentRow> {
    ["backend", "mysql", "passwords"]
        .map(|name| ComponentRow {
            app_id: format!("app-{round}"),
            name: name.to_owned(),
            status: Status::Running,
            ready_replicas: 1,
            ..ComponentRow::default()
        })
        .to_vec()
}

fn inventory(round: usize) -> Vec<(ObjectKey, String)> {
    let key = |kind| ObjectKey {
        kind,
        namespace: Some("shop".to_owned()),
        name: format!("backend-{round}"),
    };
    [Kind::Deployment, Kind::Service, Kind::Secret]
        .map(|kind| (key(kind), "backend".to_owned()))
        .to_vec()
}

fn patch(state: TaskState, jobs: JobState) -> TaskPatch {
    let job = |index| JobRow {
        index,
        step: 0,
        component: "backend".to_owned(),
        kind: Kind::Deployment,
        name: format!("backend-{index}"),
        priority: 10,
        action: JobAction::Apply,
        state: jobs,
        reason: String::new(),
        message: String::new(),
        changed: true,
        queued_ms: 1,
        started_ms: 2,
        finished_ms: 3,
        attempt: 1,
    };
    TaskPatch {
        state: Some(state),
        jobs: (0..3).map(job).collect(),
        ..TaskPatch::default()
    }
}

/// Processor time of all threads of this process.
fn cpu() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let nanos = threads.map(|thread| {
        let text = std::fs::read_to_string(thread.unwrap().path().join("schedstat")).unwrap();
        text.split(' ').next().unwrap().parse::<u64>().unwrap()
    });
    Duration::from_nanos(nanos.sum())
}
