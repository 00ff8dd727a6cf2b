//! The controller manager and the scheduler, set to keep up with hundreds of applications.

use std::path::PathBuf;

use crate::control::{command, flags};
use crate::layout::Layout;
use crate::plan::AddressPlan;

pub fn manager_arguments(layout: &Layout, plan: AddressPlan) -> Vec<String> {
    let key = |name: &str| layout.certificates().join(name).display().to_string();
    let mut args = client_command(layout, plan, "kube-controller-manager");
    args.extend(flags([
        ("root-ca-file", key("ca.crt")),
        ("cluster-signing-cert-file", key("ca.crt")),
        ("cluster-signing-key-file", key("ca.key")),
        (
            "service-account-private-key-file",
            key("service-accounts.key"),
        ),
        ("use-service-account-credentials", "true".to_owned()),
        ("allocate-node-cidrs", "false".to_owned()),
        // The loss of a node shows in seconds; the kubelets report every four.
        ("node-monitor-grace-period", "12s".to_owned()),
        ("node-monitor-period", "2s".to_owned()),
        ("concurrent-deployment-syncs", "20".to_owned()),
        ("concurrent-replicaset-syncs", "20".to_owned()),
        ("concurrent-statefulset-syncs", "20".to_owned()),
        ("concurrent-job-syncs", "20".to_owned()),
        ("concurrent-endpoint-syncs", "10".to_owned()),
        ("concurrent-service-endpoint-syncs", "10".to_owned()),
        ("concurrent-namespace-syncs", "20".to_owned()),
        ("concurrent-gc-syncs", "30".to_owned()),
        ("pvclaimbinder-sync-period", "5s".to_owned()),
    ]));
    args
}

pub fn scheduler_arguments(layout: &Layout, plan: AddressPlan) -> Vec<String> {
    client_command(layout, plan, "kube-scheduler")
}

/// Without an election: there is one of each, and one that follows a killed one need not wait for its lease.
fn client_command(layout: &Layout, plan: AddressPlan, name: &str) -> Vec<String> {
    let identity = kubeconfig(layout, name).display().to_string();
    command(
        name,
        [
            ("kubeconfig", identity.clone()),
            ("authentication-kubeconfig", identity.clone()),
            ("authorization-kubeconfig", identity),
            ("bind-address", plan.loopback().to_string()),
            ("leader-elect", "false".to_owned()),
            ("kube-api-qps", "300".to_owned()),
            ("kube-api-burst", "600".to_owned()),
            ("profiling", "false".to_owned()),
        ],
    )
}

fn kubeconfig(layout: &Layout, part: &str) -> PathBuf {
    layout.certificates().join(format!("{part}.kubeconfig"))
}
