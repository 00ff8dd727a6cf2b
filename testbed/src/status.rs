//! Tells what runs of a cluster, and names what does not.

use crate::cluster::Cluster;
use crate::error::Result;
use crate::health::{self, Health};
use crate::kubectl::Kubectl;
use crate::layout::Layout;
use crate::network;
use crate::process::{log_path, log_tail, records};

/// Prints every part and node; the answer is whether all is well.
///
/// # Errors
/// When the machine cannot be asked.
pub fn print(layout: &Layout) -> Result<bool> {
    let Some(cluster) = Cluster::read(layout) else {
        println!("cluster {} is down", layout.name());
        return Ok(false);
    };
    println!(
        "cluster {}: {} node(s), API server {}",
        layout.name(),
        cluster.nodes,
        cluster.plan.api_server_url()
    );
    println!("kubeconfig {}", layout.kubeconfig().display());
    for record in records(layout) {
        if record.is_alive() {
            println!("  {:<28} pid {:<8} runs", record.part, record.pid);
        } else {
            println!(
                "  {:<28} pid {:<8} DEAD; the last lines of {}:",
                record.part,
                record.pid,
                log_path(layout, &record.part).display()
            );
            log_tail(layout, &record.part, 8)
                .lines()
                .for_each(|line| println!("      {line}"));
        }
    }
    for node in cluster.nodes(layout) {
        let state = match (node.is_running(), network::is_link_up(node.plan)) {
            (true, true) => "on",
            (true, false) => "cut off",
            (false, _) => "off",
        };
        println!("  {:<28} {:<12} {state}", node.name(), node.plan.address());
    }
    match health::check(layout, &cluster, &Kubectl::new(layout)?)? {
        Health::Good => {
            println!("healthy");
            Ok(true)
        }
        Health::Bad(why) => {
            println!("not healthy: {why}");
            Ok(false)
        }
    }
}
