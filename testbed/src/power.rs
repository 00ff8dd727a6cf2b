//! Faults of nodes, on request: lost, back, cut off, joined again.

use std::time::Duration;

use crate::cluster::Cluster;
use crate::error::Result;
use crate::health::{is_ready, last_report};
use crate::kubectl::Kubectl;
use crate::layout::Layout;
use crate::network;
use crate::node::Node;
use crate::process::records_of_node;
use crate::wait::{Progress, until};

/// Ends everything of a node at once, its pods included.
///
/// # Errors
/// When something of it cannot be ended.
pub fn stop(layout: &Layout, cluster: &Cluster, name: &str) -> Result<()> {
    let node = cluster.node(layout, name)?;
    node.power_off()?;
    reroute(layout, cluster)
}

/// Starts a node that was stopped, and waits until it is Ready.
///
/// # Errors
/// When a part dies, or the node is not Ready within a minute.
pub fn start(layout: &Layout, cluster: &Cluster, name: &str) -> Result<()> {
    let node = cluster.node(layout, name)?;
    if node.is_running() {
        return Ok(());
    }
    let report = last_report_of(layout, name);
    // What is left of it, after a crash, would be in the way.
    node.power_off()?;
    node.start_runtime()?;
    node.start_agents()?;
    reroute(layout, cluster)?;
    wait_until_ready(layout, &node, report.as_deref())
}

/// Cuts a node off: its pods go on running, and nobody outside hears them.
///
/// # Errors
/// When the node has no link, because it is stopped.
pub fn partition(layout: &Layout, cluster: &Cluster, name: &str) -> Result<()> {
    network::set_link(cluster.node(layout, name)?.plan, false)?;
    reroute(layout, cluster)
}

/// Joins a node that was cut off, and waits until it is Ready.
///
/// # Errors
/// As [`partition`], and when it is not Ready within a minute.
pub fn heal(layout: &Layout, cluster: &Cluster, name: &str) -> Result<()> {
    let node = cluster.node(layout, name)?;
    let report = last_report_of(layout, name);
    network::set_link(node.plan, true)?;
    reroute(layout, cluster)?;
    wait_until_ready(layout, &node, report.as_deref())
}

/// The host reaches Services through the first node that is there.
fn reroute(layout: &Layout, cluster: &Cluster) -> Result<()> {
    let reachable = cluster
        .nodes(layout)
        .find(|node| node.is_running() && network::is_link_up(node.plan));
    reachable.map_or(Ok(()), |node| {
        network::route_services(cluster.plan, node.plan)
    })
}

fn last_report_of(layout: &Layout, name: &str) -> Option<String> {
    last_report(&Kubectl::new(layout).ok()?.get(&["node", name]).ok()?)
}

/// A node counts as Ready when it has reported since: for some seconds the API server goes on
/// believing what it knew before.
fn wait_until_ready(layout: &Layout, node: &Node<'_>, before: Option<&str>) -> Result<()> {
    let (kubectl, name) = (Kubectl::new(layout)?, node.name());
    let parts = records_of_node(layout, &name);
    until(
        &format!("{name} being Ready"),
        Duration::from_secs(60),
        Duration::from_millis(300),
        || {
            parts.iter().try_for_each(|record| record.check(layout))?;
            Ok(match kubectl.get(&["node", &name]) {
                Ok(answer) if is_ready(&answer) && last_report(&answer).as_deref() != before => {
                    Progress::Done(())
                }
                Ok(_) => Progress::NotYet("its kubelet has not reported".to_owned()),
                Err(error) => Progress::NotYet(error.to_string()),
            })
        },
    )
}
