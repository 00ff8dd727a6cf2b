//! The store of the API server, on a loopback address of its own.

use crate::control::command;
use crate::layout::Layout;
use crate::plan::AddressPlan;

pub fn arguments(layout: &Layout, plan: AddressPlan) -> Vec<String> {
    let peers = format!("http://{}:2380", plan.loopback());
    command(
        "etcd",
        [
            ("name", "testbed".to_owned()),
            ("data-dir", layout.root().join("etcd").display().to_string()),
            ("listen-client-urls", plan.etcd_url()),
            ("advertise-client-urls", plan.etcd_url()),
            ("listen-peer-urls", peers.clone()),
            ("initial-advertise-peer-urls", peers.clone()),
            ("initial-cluster", format!("testbed={peers}")),
            // A cluster that loses power is made anew, so nothing is gained by waiting for the disk.
            ("unsafe-no-fsync", "true".to_owned()),
            ("quota-backend-bytes", (4_u64 << 30).to_string()),
            ("log-level", "warn".to_owned()),
        ],
    )
}
