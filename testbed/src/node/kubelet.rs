//! The kubelet of a node.

use std::fs;

use serde_json::{Value, json};

use crate::error::{Context, Result};
use crate::node::{Node, containerd};

pub fn arguments(node: &Node<'_>) -> Result<Vec<String>> {
    let folder = node.folder();
    let resolver = folder.join("resolv.conf");
    // Pods that ask for the node's own resolver get one that knows no name, instead of the host's.
    fs::write(
        &resolver,
        format!("nameserver {}\n", node.plan.plan.dns_service()),
    )
    .context(|| format!("writing {} failed", resolver.display()))?;
    let file = folder.join("kubelet.json");
    fs::write(&file, configuration(node).to_string())
        .context(|| format!("writing {} failed", file.display()))?;
    let certificates = node.layout.certificates();
    Ok(vec![
        "kubelet".to_owned(),
        format!("--config={}", file.display()),
        format!(
            "--kubeconfig={}",
            certificates
                .join(format!("{}.kubeconfig", node.name()))
                .display()
        ),
        format!("--root-dir={}", folder.join("kubelet").display()),
        format!("--cert-dir={}", folder.join("kubelet/pki").display()),
        format!("--hostname-override={}", node.name()),
        format!("--node-ip={}", node.plan.address()),
        format!(
            "--node-labels=topology.kubernetes.io/region=testbed,topology.kubernetes.io/zone={}",
            node.plan.zone()
        ),
    ])
}

/// Quick to notice, quick to report, and never in the way of a test: no limits on its own
/// requests, no eviction before the disk is really full, no removal of images that cannot be
/// had again.
fn configuration(node: &Node<'_>) -> Value {
    let (folder, certificates) = (node.folder(), node.layout.certificates());
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": node.plan.address(),
        "containerRuntimeEndpoint": format!("unix://{}", containerd::socket(node).display()),
        "authentication": {
            "anonymous": {"enabled": false},
            "webhook": {"enabled": true},
            "x509": {"clientCAFile": certificates.join("ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": certificates.join(format!("{}.crt", node.name())),
        "tlsPrivateKeyFile": certificates.join(format!("{}.key", node.name())),
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": format!("/{}", node.cgroup().display()),
        "enforceNodeAllocatable": [],
        "oomScoreAdj": 0,
        "failSwapOn": false,
        "clusterDNS": [node.plan.plan.dns_service()],
        "clusterDomain": "cluster.local",
        "resolvConf": folder.join("resolv.conf"),
        "podLogsDir": folder.join("pod-logs"),
        "volumePluginDir": folder.join("plugins"),
        "maxPods": 250,
        "serializeImagePulls": false,
        "maxParallelImagePulls": 8,
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%", "nodefs.inodesFree": "1%", "imagefs.available": "1%"},
        "nodeStatusUpdateFrequency": "4s",
        "nodeLeaseDurationSeconds": 12,
        "syncFrequency": "10s",
        "configMapAndSecretChangeDetectionStrategy": "Watch",
        "kubeAPIQPS": 200,
        "kubeAPIBurst": 400,
        "eventRecordQPS": 0,
        "registryPullQPS": 0,
        "shutdownGracePeriod": "0s",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;
    use crate::plan::AddressPlan;

    #[test]
    fn two_nodes_share_no_path_and_no_cgroup() {
        let layout = Layout::new("two".parse().unwrap());
        let plan = AddressPlan { slot: 5 };
        let of = |index| {
            configuration(&Node {
                layout: &layout,
                plan: plan.node(index),
            })
        };
        let (one, two) = (of(1), of(2));
        for field in [
            "address",
            "containerRuntimeEndpoint",
            "cgroupRoot",
            "podLogsDir",
            "volumePluginDir",
            "tlsCertFile",
            "resolvConf",
        ] {
            assert_ne!(one[field], two[field], "{field}");
        }
        assert_eq!(one["cgroupRoot"], "/kubemin-testbed/two/node-1");
    }

    #[test]
    fn a_lost_node_is_noticed_within_the_grace_period_of_twelve_seconds() {
        let layout = Layout::new("lost".parse().unwrap());
        let value = configuration(&Node {
            layout: &layout,
            plan: AddressPlan { slot: 5 }.node(1),
        });
        assert_eq!(value["nodeStatusUpdateFrequency"], "4s");
        assert_eq!(value["nodeLeaseDurationSeconds"], 12);
    }
}
