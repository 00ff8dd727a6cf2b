//! Many small applications beside a bare Kubernetes client that writes the same objects.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use serde_json::Value;

use crate::database::Database;
use crate::document::pair;
use crate::kubectl::kubectl;
use crate::namespace::Namespace;
use crate::process::processor_seconds;
use crate::row::Row;
use crate::sample::Sample;
use crate::server::Server;
use crate::{Settings, load};

const PAIRS: usize = 5;
const LIMIT: Duration = Duration::from_secs(300);

/// Alternating runs, each in a fresh namespace with a fresh server.
pub fn rows(settings: &Settings) -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let count = settings.applications as f64;
    let (mut ours, mut theirs, mut ratio, mut cost) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..PAIRS {
        let (mut took, mut floor) = (Duration::ZERO, Duration::ZERO);
        for half in 0..2 {
            if (number + half) % 2 == 0 {
                let (time, processor) = served(settings)?;
                took = time;
                cost.push(processor * 1e3 / count);
            } else {
                floor = runtime.block_on(bare(settings))?;
            }
        }
        ours.push(count / took.as_secs_f64());
        theirs.push(count / floor.as_secs_f64());
        ratio.push(floor.as_secs_f64() / took.as_secs_f64());
    }
    let (ours, theirs) = (Sample::new(ours)?, Sample::new(theirs)?);
    let (ratio, cost) = (Sample::new(ratio)?, Sample::new(cost)?);
    let what = format!(
        "{} applications of a ConfigMap and a Secret, {} at once",
        settings.applications, settings.concurrency
    );
    Ok(vec![
        Row {
            what: format!("{what}, {PAIRS} pairs"),
            figure: ours.with_unit("applications/s"),
            beside: format!("bare kube client {}", theirs.with_unit("/s")),
            ratio: format!("{ratio} × its rate"),
            target: "≥ 0.8×".to_owned(),
            met: ratio.median() >= 0.8,
        },
        Row {
            what: format!("processor time of the server for each, {PAIRS} runs"),
            figure: cost.with_unit("ms"),
            beside: String::new(),
            ratio: String::new(),
            target: "≤ 1.5 ms".to_owned(),
            met: cost.median() <= 1.5,
        },
    ])
}

/// First request to last completed task, and the server's processor seconds meanwhile.
fn served(settings: &Settings) -> Result<(Duration, f64)> {
    let namespace = Namespace::new("rate")?;
    let most = settings.concurrency.to_string();
    let server = Server::start(&settings.kubemin, &["--workflow-max-concurrent", &most])?;
    let count = settings.applications;
    let documents: Vec<String> = names(count)
        .map(|name| pair(&namespace.name, &name).to_string())
        .collect();
    let before = processor_seconds(server.pid())?;
    let started = Instant::now();
    load::create(&server, &documents, settings.concurrency)?;
    Database::open(&server.database())?.wait_completed(count, LIMIT)?;
    let took = started.elapsed();
    let processor = processor_seconds(server.pid())? - before;
    drop(server);
    check(&namespace, count)?;
    namespace.remove()?;
    Ok((took, processor))
}

/// The least that anybody can do: two server-side applies for each application.
async fn bare(settings: &Settings) -> Result<Duration> {
    let namespace = Namespace::new("bare")?;
    let objects = rendered(settings, &namespace.name)?;
    let client = Client::try_default().await?;
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), &namespace.name);
    let secrets: Api<Secret> = Api::namespaced(client, &namespace.name);
    let options = PatchParams::apply("bare").force();
    let started = Instant::now();
    let write = |name: String| {
        let (maps, secrets, options, objects) = (&maps, &secrets, &options, &objects);
        async move {
            let own = |object: &Value, part: &str| renamed(object, &format!("{name}-{part}"));
            maps.patch(
                &format!("{name}-conf"),
                options,
                &Patch::Apply(own(&objects[0], "conf")),
            )
            .await?;
            secrets
                .patch(
                    &format!("{name}-cred"),
                    options,
                    &Patch::Apply(own(&objects[1], "cred")),
                )
                .await?;
            anyhow::Ok(())
        }
    };
    stream::iter(names(settings.applications))
        .map(write)
        .buffer_unordered(settings.concurrency)
        .try_collect::<()>()
        .await?;
    let took = started.elapsed();
    check(&namespace, settings.applications)?;
    namespace.remove()?;
    Ok(took)
}

fn names(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("small-{number:04}"))
}

/// The two objects as the program renders them.
fn rendered(settings: &Settings, namespace: &str) -> Result<Vec<Value>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("application.json");
    std::fs::write(&file, pair(namespace, "small-0000").to_string())?;
    let mut command = std::process::Command::new(&settings.kubemin);
    let (output, _) = crate::process::timed(command.args(["render", "-o", "json"]).arg(file))?;
    let objects: Vec<Value> = serde_json::from_slice(&output)?;
    ensure!(
        objects.len() == 2,
        "{} objects instead of two",
        objects.len()
    );
    Ok(objects)
}

fn renamed(object: &Value, name: &str) -> Value {
    let mut object = object.clone();
    object["metadata"]["name"] = name.into();
    object
}

/// Every object is there.
fn check(namespace: &Namespace, count: usize) -> Result<()> {
    for kind in ["configmaps", "secrets"] {
        let list = kubectl(&["-n", &namespace.name, "get", kind, "-o", "name"])?;
        let there = list.lines().filter(|line| line.contains("/small-")).count();
        ensure!(there == count, "{there} {kind} instead of {count}");
    }
    Ok(())
}
