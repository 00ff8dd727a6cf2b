//! Brings a cluster up: finds a healthy one, mends a damaged one, or makes a new one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::addons;
use crate::certificates::Authority;
use crate::cleanup;
use crate::cluster::Cluster;
use crate::control::{self, ControlPlane};
use crate::error::{Context, Error, Result};
use crate::health::{self, Health};
use crate::host;
use crate::image;
use crate::kubectl::Kubectl;
use crate::layout::{Layout, STATE_ROOT};
use crate::network;
use crate::node::Node;
use crate::packages;
use crate::power;
use crate::process::{Record, records};
use crate::programs;
use crate::wait::{Progress, until};

/// Brings the cluster up with `nodes` nodes, or as many as it has.
///
/// # Errors
/// When a program cannot be built, or a part dies or does not come up.
pub fn up(layout: &Layout, nodes: Option<u8>) -> Result<()> {
    let begin = Instant::now();
    packages::ensure()?;
    host::raise_limits()?;
    fs::create_dir_all(STATE_ROOT).context(|| format!("making {STATE_ROOT} failed"))?;
    let _lock = programs::lock(&layout.lock())?;
    let present = Cluster::read(layout).filter(|cluster| cluster.complete);
    let outcome = match present {
        Some(cluster) if health::is_api_alive(layout) => adopt(layout, cluster, nodes)?,
        _ => {
            if cleanup::is_needed(layout) {
                report_dead(layout);
                eprintln!("removing what is left of cluster {} …", layout.name());
                cleanup::remove(layout)?;
            }
            create(layout, nodes.unwrap_or(1))?;
            "is new"
        }
    };
    eprintln!(
        "cluster {} {outcome} ({:.1} s)",
        layout.name(),
        begin.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Uses the cluster that runs: starts what is missing of it and adds nodes.
fn adopt(layout: &Layout, mut cluster: Cluster, nodes: Option<u8>) -> Result<&'static str> {
    let kubectl = Kubectl::new(layout)?;
    let wanted = nodes.unwrap_or(cluster.nodes).max(cluster.nodes);
    if wanted == cluster.nodes && matches!(health::check(layout, &cluster, &kubectl)?, Health::Good)
    {
        return Ok("is there already");
    }
    report_dead(layout);
    let control = ControlPlane::new(layout, cluster.plan)?;
    let alive: BTreeSet<String> = records(layout)
        .into_iter()
        .filter(|record| record.is_alive())
        .map(|record| record.part)
        .collect();
    for part in control::PARTS.iter().filter(|part| !alive.contains(**part)) {
        control.start(part)?;
    }
    let archives = cluster_archives(layout)?;
    for node in cluster.nodes(layout) {
        if !node.is_running() {
            eprintln!("starting {} …", node.name());
            power::start(layout, &cluster, &node.name())?;
        } else if !network::is_link_up(node.plan) {
            power::heal(layout, &cluster, &node.name())?;
        }
    }
    let before = cluster.nodes;
    cluster.nodes = wanted;
    cluster.write(layout)?;
    let authority = Authority::load(&layout.certificates())?;
    let fresh: Vec<Node<'_>> = cluster.nodes(layout).skip(usize::from(before)).collect();
    fresh
        .iter()
        .try_for_each(|node| node.create_credentials(&authority))?;
    in_parallel(&fresh, |node| {
        node.start_runtime()?;
        load_all(node, &archives)?;
        node.start_agents()
    })?;
    network::route_services(cluster.plan, cluster.plan.node(1))?;
    wait_until_healthy(layout, &cluster, &kubectl)?;
    Ok("is whole again")
}

fn create(layout: &Layout, nodes: u8) -> Result<()> {
    programs::ensure_essential()?;
    let archives = image::ensure_bundles()?;
    let mut cluster = Cluster::reserve(layout, nodes)?;
    let archives = publish(layout, &archives)?;
    let authority = control::create_credentials(layout, cluster.plan)?;
    cluster
        .nodes(layout)
        .try_for_each(|node| node.create_credentials(&authority))?;
    network::create_bridge(cluster.plan)?;
    let kubectl = Kubectl::new(layout)?;
    let control = ControlPlane::new(layout, cluster.plan)?;
    let machines: Vec<Node<'_>> = cluster.nodes(layout).collect();
    std::thread::scope(|scope| {
        let machines_on = scope.spawn(|| in_parallel(&machines, Node::start_runtime));
        control.start_api(&kubectl)?;
        joined(machines_on)
    })?;
    std::thread::scope(|scope| {
        let loading = scope.spawn(|| in_parallel(&machines, |node| load_all(node, &archives)));
        control.start_clients()?;
        machines.iter().try_for_each(Node::start_agents)?;
        apply_addons(&kubectl, &cluster)?;
        joined(loading)
    })?;
    network::route_services(cluster.plan, cluster.plan.node(1))?;
    wait_until_healthy(layout, &cluster, &kubectl)?;
    cluster.complete = true;
    cluster.write(layout)
}

fn load_all(node: &Node<'_>, archives: &[PathBuf]) -> Result<()> {
    archives.iter().try_for_each(|archive| node.load(archive))
}

/// The API server may refuse objects for a moment after it says that it is ready, while it makes its own namespaces.
fn apply_addons(kubectl: &Kubectl, cluster: &Cluster) -> Result<()> {
    let objects = addons::objects(cluster.plan);
    until(
        "the objects of every cluster being applied",
        Duration::from_secs(30),
        Duration::from_millis(200),
        || {
            Ok(match kubectl.apply(&objects) {
                Ok(()) => Progress::Done(()),
                Err(error) => Progress::NotYet(error.to_string()),
            })
        },
    )
}

fn wait_until_healthy(layout: &Layout, cluster: &Cluster, kubectl: &Kubectl) -> Result<()> {
    until(
        "every node and the names of Services being ready",
        Duration::from_secs(90),
        Duration::from_millis(200),
        || {
            records(layout)
                .iter()
                .try_for_each(|record| record.check(layout))?;
            Ok(match health::check(layout, cluster, kubectl)? {
                Health::Good => Progress::Done(()),
                Health::Bad(why) => Progress::NotYet(why),
            })
        },
    )
}

/// Puts the archives where the registry finds them.
fn publish(layout: &Layout, archives: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let folder = layout.images();
    fs::create_dir_all(&folder).context(|| format!("making {} failed", folder.display()))?;
    for archive in archives {
        let link = folder.join(archive.file_name().unwrap_or_default());
        // The cluster keeps its archives when the cache gets newer ones.
        fs::hard_link(archive, &link)
            .or_else(|_| fs::copy(archive, &link).map(|_| ()))
            .context(|| format!("linking {} failed", link.display()))?;
    }
    cluster_archives(layout)
}

/// The archives of a cluster in the order of loading.
///
/// # Errors
/// When the folder cannot be read.
pub fn cluster_archives(layout: &Layout) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(layout.images())
        .context(|| format!("reading {} failed", layout.images().display()))?;
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_archive(path))
        .collect();
    found.sort();
    Ok(found)
}

fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "tar")
}

/// Names what has died, with its last words as long as they are few enough to be read.
fn report_dead(layout: &Layout) {
    let dead: Vec<Record> = records(layout)
        .into_iter()
        .filter(|record| !record.is_alive())
        .collect();
    if dead.len() > 3 {
        let names: Vec<&str> = dead.iter().map(|record| record.part.as_str()).collect();
        eprintln!(
            "these parts died: {}; their logs are in {}",
            names.join(", "),
            layout.logs().display()
        );
        return;
    }
    for error in dead.iter().filter_map(|record| record.check(layout).err()) {
        eprintln!("{error}");
    }
}

fn in_parallel<T: Sync>(items: &[T], action: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    std::thread::scope(|scope| {
        let action = &action;
        let running: Vec<_> = items
            .iter()
            .map(|item| scope.spawn(move || action(item)))
            .collect();
        running.into_iter().map(joined).fold(Ok(()), Result::and)
    })
}

fn joined(thread: std::thread::ScopedJoinHandle<'_, Result<()>>) -> Result<()> {
    thread.join().unwrap_or_else(|_| {
        Err(Error::Refused(
            "a step of the start was interrupted".to_owned(),
        ))
    })
}
