//! The container runtime of a node, with root, state and socket of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use crate::command::{run, words};
use crate::error::{Context, Result};
use crate::image;
use crate::node::Node;
use crate::process::Record;
use crate::registry;
use crate::wait::{Progress, until};

pub fn arguments(node: &Node<'_>) -> Vec<String> {
    vec![
        "--config".to_owned(),
        node.folder().join("containerd.toml").display().to_string(),
    ]
}

/// Where the kubelet finds the runtime.
pub fn socket(node: &Node<'_>) -> PathBuf {
    node.folder().join("run/containerd.sock")
}

/// Writes the runtime's configuration, its pod network and its mirrors.
///
/// # Errors
/// When a file cannot be written.
pub fn write_configuration(node: &Node<'_>) -> Result<()> {
    let folder = node.folder();
    write(&folder.join("containerd.toml"), &configuration(&folder))?;
    write(
        &folder.join("cni/10-testbed.conflist"),
        &network(node).to_string(),
    )?;
    // One server for all registries, and no other to fall back to: what it does not have is not there.
    write(
        &folder.join("certs.d/_default/hosts.toml"),
        &format!("server = \"http://{}\"\n[host]\n", registry::ADDRESS),
    )
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .context(|| format!("writing {} failed", path.display()))
}

/// `restrict_oom_score_adj`: without `CAP_SYS_RESOURCE` a score can only be raised, and every
/// sandbox would die of trying to lower its own.
fn configuration(folder: &Path) -> String {
    let folder = folder.display();
    let pause = image::PAUSE;
    format!(
        r#"version = 2
root = "{folder}/containerd"
state = "{folder}/run/containerd"
oom_score = 0
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.internal.v1.tracing",
]
[grpc]
  address = "{folder}/run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  max_concurrent_downloads = 4
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "{folder}/cni"
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false
  Root = "{folder}/run/runc"
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "{folder}/certs.d"
"#
    )
}

/// `ptp` routes each pod on its own link, so that every packet to a Service passes the node's
/// translation, also one from a pod to itself; a bridge needs kernel options for both.
fn network(node: &Node<'_>) -> serde_json::Value {
    json!({
        "cniVersion": "0.4.0",
        "name": "testbed",
        "plugins": [
            {
                "type": "ptp",
                "mtu": 1500,
                "ipMasq": false,
                "ipam": {
                    "type": "host-local",
                    "dataDir": node.folder().join("run/ipam"),
                    "ranges": [[{"subnet": node.plan.pod_cidr()}]],
                    "routes": [{"dst": "0.0.0.0/0"}],
                },
            },
            {"type": "portmap", "capabilities": {"portMappings": true}},
        ],
    })
}

/// Waits until the runtime answers.
///
/// # Errors
/// When it dies or does not answer within 20 s.
pub fn wait(node: &Node<'_>, record: &Record) -> Result<()> {
    until(
        &format!("containerd of {} answering", node.name()),
        Duration::from_secs(20),
        Duration::from_millis(50),
        || {
            record.check(node.layout)?;
            if !socket(node).exists() {
                return Ok(Progress::NotYet("its socket is not there".to_owned()));
            }
            Ok(
                match run(ctr(node).arg("version"), Duration::from_secs(5)) {
                    Ok(_) => Progress::Done(()),
                    Err(error) => Progress::NotYet(error.to_string()),
                },
            )
        },
    )
}

/// Imports an OCI archive; layers that are there already are not unpacked again.
///
/// # Errors
/// When containerd refuses it.
pub fn load(node: &Node<'_>, archive: &Path) -> Result<()> {
    run(
        ctr(node).args(["images", "import"]).arg(archive),
        Duration::from_secs(180),
    )
    .map(|_| ())
}

fn ctr(node: &Node<'_>) -> std::process::Command {
    let mut command = words("ctr", ["--namespace", "k8s.io", "--address"]);
    command.arg(socket(node));
    command
}

/// Removes the sockets of shims that were killed; they lie in a folder that all runtimes share.
pub fn forget_shims(node: &Node<'_>) {
    let tasks = node
        .folder()
        .join("run/containerd/io.containerd.runtime.v2.task/k8s.io");
    for task in fs::read_dir(tasks).into_iter().flatten().flatten() {
        let address = fs::read_to_string(task.path().join("address")).unwrap_or_default();
        if let Some(socket) = address
            .trim()
            .strip_prefix("unix://")
            .filter(|path| path.starts_with("/run/containerd/s/"))
        {
            // It is gone when the shim could still say goodbye.
            let _ = fs::remove_file(socket);
        }
    }
}
