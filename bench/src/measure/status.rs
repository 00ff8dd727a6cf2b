//! How long after a bare watcher has seen a workload ready the database says so and its task is completed.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use kube::Client;

use crate::Settings;
use crate::database::Database;
use crate::document::web;
use crate::namespace::Namespace;
use crate::row::Row;
use crate::sample::{Sample, short};
use crate::server::Server;
use crate::witness::Witness;

/// Applications at once: the next pod starts while the last one is looked at.
const LANES: usize = 2;
const LIMIT: Duration = Duration::from_secs(90);

/// Latencies of one application in milliseconds; negative when the server was first.
struct Seen {
    row: f64,
    task: f64,
    row_after_pod: f64,
    task_after_row: f64,
}

/// One-pod Deployments, one after the other in two lanes.
pub fn rows(settings: &Settings) -> Result<Vec<Row>> {
    let namespace = Namespace::new("status")?;
    let server = Server::start(&settings.kubemin, &[])?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let seen: Vec<Seen> = runtime.block_on(async {
        let client = Client::try_default().await?;
        let witness = Witness::start(&client, &namespace.name);
        let (server, name, witness) = (&server, namespace.name.as_str(), &witness);
        stream::iter(0..settings.watched)
            .map(|number| async move { one(server, name, witness, number).await })
            .buffer_unordered(LANES)
            .try_collect()
            .await
    })?;
    drop(server);
    namespace.remove()?;
    table(&seen)
}

fn table(seen: &[Seen]) -> Result<Vec<Row>> {
    let sample = |value: fn(&Seen) -> f64| Sample::new(seen.iter().map(value).collect());
    let (row, task) = (sample(|seen| seen.row)?, sample(|seen| seen.task)?);
    let (pod, after) = (
        sample(|seen| seen.row_after_pod)?,
        sample(|seen| seen.task_after_row)?,
    );
    let count = row.len();
    Ok(vec![
        Row {
            what: format!(
                "ready event at a bare watcher → row in the database, {count} Deployments"
            ),
            figure: row.tail("ms"),
            beside: format!("from the pod's Ready: {}", pod.tail("ms")),
            ratio: String::new(),
            target: "p50 ≤ 3 ms, p99 ≤ 20 ms".to_owned(),
            met: row.quantile(0.5) <= 3.0 && row.quantile(0.99) <= 20.0,
        },
        Row {
            what: format!("row in the database → task completed, {count} tasks"),
            figure: after.tail("ms"),
            beside: format!(
                "from the ready event: p95 {} ms",
                short(task.quantile(0.95))
            ),
            ratio: String::new(),
            target: "p95 ≤ + 10 ms".to_owned(),
            met: after.quantile(0.95) <= 10.0,
        },
    ])
}

async fn one(server: &Server, namespace: &str, witness: &Witness, number: usize) -> Result<Seen> {
    let name = format!("web-{number:03}");
    let body = web(namespace, &name, 1).to_string();
    let answer = server
        .connect()?
        .post("/api/v1/applications", body.as_bytes())?
        .json(202)?;
    let id = answer["id"].as_str().context("an id")?;
    let database = Database::open(&server.database())?;
    let end = Instant::now() + LIMIT;
    let (mut row, mut task) = (None, None);
    while row.is_none() || task.is_none() {
        let (status, state) = database.status(id)?;
        let now = Instant::now();
        if status == "Running" {
            row.get_or_insert(now);
        }
        if state == "completed" {
            task.get_or_insert(now);
        }
        ensure!(
            now < end,
            "{name} was {status}, its task {state} after {LIMIT:?}"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (row, task) = (row.context("a row")?, task.context("a task")?);
    let (event, pod) = arrivals(witness, &name, end).await?;
    Ok(Seen {
        row: between(event, row),
        task: between(event, task),
        row_after_pod: between(pod, row),
        task_after_row: between(row, task),
    })
}

/// The server may have been faster than the watcher.
async fn arrivals(witness: &Witness, name: &str, end: Instant) -> Result<(Instant, Instant)> {
    loop {
        if let (Some(event), Some(pod)) = (witness.deployment(name), witness.pod(name)) {
            return Ok((event, pod));
        }
        ensure!(
            Instant::now() < end,
            "the bare watcher never saw {name} ready"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Milliseconds from one moment to another, negative when it lies before.
fn between(from: Instant, to: Instant) -> f64 {
    match to.checked_duration_since(from) {
        Some(later) => later.as_secs_f64() * 1e3,
        None => -from.duration_since(to).as_secs_f64() * 1e3,
    }
}
