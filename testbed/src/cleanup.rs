//! Removes all that a cluster has left on the machine, whatever state it was left in.
//!
//! Everything is found by what is certainly the cluster's own: its cgroup, its records, its
//! folder, and the devices of its slot. No process is looked for by the name of its program.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::cgroup;
use crate::cluster::Cluster;
use crate::error::{Context, Result};
use crate::layout::Layout;
use crate::mounts;
use crate::network;
use crate::plan::MAX_NODES;
use crate::process::records;

/// Stops everything and removes processes, mounts, network, cgroups and files.
///
/// # Errors
/// When something resists; what it is, is in the message.
pub fn remove(layout: &Layout) -> Result<()> {
    // Without a record the slot is the one that a new cluster of this name would get.
    let cluster = Cluster::read(layout).map_or_else(|| Cluster::plan(layout, MAX_NODES), Ok)?;
    let everywhere = Cluster {
        nodes: MAX_NODES,
        ..cluster
    };
    // etcd and the API server would spend seconds on a farewell to data that goes anyway.
    cgroup::end_processes(&layout.cgroup())?;
    for record in records(layout) {
        record.stop(layout, Duration::ZERO)?;
    }
    for node in everywhere.nodes(layout) {
        node.power_off()?;
    }
    network::remove_all(everywhere.plan)?;
    mounts::detach_below(layout.root())?;
    cgroup::remove(&layout.cgroup())?;
    if layout.root().exists() {
        fs::remove_dir_all(layout.root())
            .context(|| format!("removing {} failed", layout.root().display()))?;
    }
    remove_log_links(layout.root());
    Ok(())
}

/// Whether anything of the cluster is on the machine.
pub fn is_needed(layout: &Layout) -> bool {
    layout.root().exists() || !cgroup::processes(&layout.cgroup()).is_empty()
}

/// Kubelets put links to the logs of containers into one folder for all.
fn remove_log_links(root: &Path) {
    for entry in fs::read_dir("/var/log/containers")
        .into_iter()
        .flatten()
        .flatten()
    {
        if fs::read_link(entry.path()).is_ok_and(|target| target.starts_with(root)) {
            // Another cluster's kubelet may tidy up at the same time.
            let _ = fs::remove_file(entry.path());
        }
    }
}
