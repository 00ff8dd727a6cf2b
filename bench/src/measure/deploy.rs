//! `apply --wait` of the manual's example 3 beside kubectl with the same objects.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::Settings;
use crate::document::dag;
use crate::kubectl::kubectl;
use crate::namespace::Namespace;
use crate::process::timed;
use crate::row::Row;
use crate::sample::{Sample, ratios};
use crate::server::Server;

const API_PAIRS: usize = 30;
const DEPLOYMENTS: [&str; 2] = ["deployment/backend-t3", "deployment/frontend-t3"];

/// With pods, two for each Deployment.
pub fn pod_rows(settings: &Settings) -> Result<Vec<Row>> {
    let pairs = settings.pairs;
    let (ours, theirs) = alternating(settings, pairs, None)?;
    let ratio = ratios(&ours, &theirs)?;
    Ok(vec![Row {
        what: format!("`apply --wait` of example 3 (DAG, 4 pods), {pairs} pairs"),
        figure: Sample::milliseconds(&ours)?.with_unit("ms"),
        beside: format!("kubectl {}", Sample::milliseconds(&theirs)?.with_unit("ms")),
        ratio: format!("{ratio}"),
        target: "median ≤ 1.0, upper quartile ≤ 1.05".to_owned(),
        met: ratio.median() <= 1.0 && ratio.quantile(0.75) <= 1.05,
    }])
}

/// The same objects with no replicas.
pub fn api_rows(settings: &Settings) -> Result<Vec<Row>> {
    let (ours, theirs) = alternating(settings, API_PAIRS, Some(0))?;
    let ratio = ratios(&ours, &theirs)?;
    Ok(vec![Row {
        what: format!("the same with replicas 0: the API part alone, {API_PAIRS} pairs"),
        figure: Sample::milliseconds(&ours)?.with_unit("ms"),
        beside: format!("kubectl {}", Sample::milliseconds(&theirs)?.with_unit("ms")),
        ratio: format!("{ratio}"),
        target: "median ≤ 0.6".to_owned(),
        met: ratio.median() <= 0.6,
    }])
}

/// Times of ours and of kubectl, in turns; who begins changes too.
fn alternating(
    settings: &Settings,
    pairs: usize,
    replicas: Option<u32>,
) -> Result<(Vec<Duration>, Vec<Duration>)> {
    let server = Server::start(&settings.kubemin, &[])?;
    let folder = tempfile::tempdir()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for number in 0..pairs {
        for half in 0..2 {
            let namespace = Namespace::new("deploy")?;
            let file = write(&folder, &namespace.name, replicas)?;
            if (number + half) % 2 == 0 {
                ours.push(kubemin(&server, &file)?);
            } else {
                theirs.push(peer(settings, &file, &namespace.name)?);
            }
            check(&namespace.name, replicas.unwrap_or(2))?;
            namespace.remove()?;
        }
    }
    Ok((ours, theirs))
}

fn write(folder: &TempDir, namespace: &str, replicas: Option<u32>) -> Result<PathBuf> {
    let file = folder.path().join("application.json");
    std::fs::write(&file, dag(namespace, replicas)?.to_string())?;
    Ok(file)
}

fn kubemin(server: &Server, file: &Path) -> Result<Duration> {
    let mut command = server.command(&["apply", "--wait", "--timeout", "90s", "-f"]);
    Ok(timed(command.arg(file))?.1)
}

/// Rendering is not on kubectl's clock.
fn peer(settings: &Settings, file: &Path, namespace: &str) -> Result<Duration> {
    let (yaml, _) = timed(Command::new(&settings.kubemin).arg("render").arg(file))?;
    let objects = file.with_extension("yaml");
    std::fs::write(&objects, yaml)?;
    let (_, applied) = timed(
        Command::new("kubectl")
            .args(["apply", "--server-side", "-f"])
            .arg(&objects),
    )?;
    let mut rollout = Command::new("kubectl");
    rollout
        .args(["-n", namespace, "rollout", "status", "--timeout=90s"])
        .args(DEPLOYMENTS);
    Ok(applied + timed(&mut rollout)?.1)
}

/// What was declared is there and ready.
fn check(namespace: &str, replicas: u32) -> Result<()> {
    let path =
        "jsonpath={range .items[*]}{.status.observedGeneration} {.status.readyReplicas};{end}";
    let states = kubectl(&["-n", namespace, "get", "deployments", "-o", path])?;
    let ready = if replicas == 0 {
        String::new()
    } else {
        replicas.to_string()
    };
    let expected = format!("1 {ready};1 {ready};");
    ensure!(
        states == expected,
        "Deployments are {states:?} instead of {expected:?}"
    );
    let maps = kubectl(&["-n", namespace, "get", "configmaps", "-o", "name"])?;
    let maps = maps
        .lines()
        .filter(|line| line.contains("/app-config-"))
        .count();
    let services = kubectl(&["-n", namespace, "get", "services", "-o", "name"])?
        .lines()
        .count();
    ensure!(
        maps == 3 && services == 2,
        "{maps} ConfigMaps and {services} Services instead of 3 and 2"
    );
    Ok(())
}
