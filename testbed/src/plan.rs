//! Which addresses, devices and names a cluster uses: all of it follows from its slot.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::name::ClusterName;

/// How many clusters can stand side by side: their second octets are 100 to 163.
pub const SLOTS: u8 = 64;
/// The largest cluster.
pub const MAX_NODES: u8 = 3;

/// The address plan of one cluster. With slot 0 it owns 10.100.0.0/16 and 127.100.0.1:
/// nodes in 10.100.0.0/24 (the host is .1), pods in 10.100.64.0/18, Services in 10.100.128.0/20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressPlan {
    pub slot: u8,
}

/// What one node of a plan uses; `index` counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodePlan {
    pub plan: AddressPlan,
    pub index: u8,
}

impl AddressPlan {
    fn octet(self) -> u8 {
        100 + self.slot
    }

    /// The host's end of the bridge, where the API server listens.
    pub fn host(self) -> Ipv4Addr {
        Ipv4Addr::new(10, self.octet(), 0, 1)
    }

    /// A loopback address of the cluster's own, for parts that only the host may reach.
    pub fn loopback(self) -> Ipv4Addr {
        Ipv4Addr::new(127, self.octet(), 0, 1)
    }

    pub fn pod_cidr(self) -> String {
        format!("10.{}.64.0/18", self.octet())
    }

    pub fn service_cidr(self) -> String {
        format!("10.{}.128.0/20", self.octet())
    }

    /// The Service `kubernetes`: the first address of the range.
    pub fn kubernetes_service(self) -> Ipv4Addr {
        Ipv4Addr::new(10, self.octet(), 128, 1)
    }

    pub fn dns_service(self) -> Ipv4Addr {
        Ipv4Addr::new(10, self.octet(), 128, 10)
    }

    pub fn api_server_url(self) -> String {
        format!("https://{}:6443", self.host())
    }

    pub fn etcd_url(self) -> String {
        format!("http://{}:2379", self.loopback())
    }

    pub fn bridge(self) -> String {
        format!("kmt{}", self.slot)
    }

    /// Fixed, because a bridge otherwise takes the lowest address of its ports, and changes it
    /// whenever a node comes or goes.
    pub fn bridge_mac(self) -> String {
        format!("02:6b:6d:{:02x}:00:00", self.slot)
    }

    pub fn node(self, index: u8) -> NodePlan {
        NodePlan { plan: self, index }
    }

    pub fn nodes(self, count: u8) -> impl Iterator<Item = NodePlan> {
        (1..=count).map(move |index| self.node(index))
    }
}

impl NodePlan {
    /// `node-1` and so on, in Kubernetes and on the command line.
    pub fn name(self) -> String {
        format!("node-{}", self.index)
    }

    pub fn address(self) -> Ipv4Addr {
        Ipv4Addr::new(10, self.plan.octet(), 0, 10 + self.index)
    }

    /// Room for 4094 pods, none of it shared with another node.
    pub fn pod_cidr(self) -> String {
        format!(
            "10.{}.{}.0/20",
            self.plan.octet(),
            64 + 16 * (self.index - 1)
        )
    }

    /// The host's end of the node's link.
    pub fn link(self) -> String {
        format!("{}n{}", self.plan.bridge(), self.index)
    }

    /// The node's network namespace, in the list of `ip netns`.
    pub fn namespace(self) -> String {
        self.link()
    }

    /// Fixed, so that a node that comes back is found at once by those who knew it.
    pub fn mac(self) -> String {
        format!("02:6b:6d:{:02x}:00:{:02x}", self.plan.slot, self.index)
    }

    pub fn zone(self) -> &'static str {
        ["zone-a", "zone-b", "zone-c"][usize::from((self.index - 1) % MAX_NODES)]
    }
}

/// The slot of a new cluster: `kubemin` has slot 0, another name starts at one that follows
/// from its letters and takes the next free one.
///
/// # Errors
/// When every slot is taken.
pub fn choose_slot(name: &ClusterName, taken: &[u8]) -> Result<u8> {
    if name.as_str() == "kubemin" {
        return Ok(0);
    }
    let others = SLOTS - 1;
    let sum = name.as_str().bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    let first = u8::try_from(sum % u32::from(others)).unwrap_or(0);
    (0..others)
        .map(|step| 1 + (first + step) % others)
        .find(|slot| !taken.contains(slot))
        .ok_or_else(|| {
            Error::Refused(format!(
                "{others} clusters are there already: take one down first"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn name(text: &str) -> ClusterName {
        text.parse().expect("a valid name")
    }

    #[test]
    fn the_shared_cluster_always_has_the_same_addresses() {
        let plan = AddressPlan {
            slot: choose_slot(&name("kubemin"), &[1, 2]).unwrap(),
        };
        assert_eq!(plan.host().to_string(), "10.100.0.1");
        assert_eq!(plan.api_server_url(), "https://10.100.0.1:6443");
        assert_eq!(plan.node(3).address().to_string(), "10.100.0.13");
        assert_eq!(plan.node(3).pod_cidr(), "10.100.96.0/20");
    }

    #[test]
    fn a_taken_slot_is_passed_over_and_slot_zero_is_never_given_away() {
        let first = choose_slot(&name("chaos"), &[]).unwrap();
        let second = choose_slot(&name("chaos"), &[first]).unwrap();
        assert_ne!(first, second);
        assert!(first > 0 && second > 0);
        let all: Vec<u8> = (1..SLOTS).collect();
        assert!(choose_slot(&name("chaos"), &all).is_err());
    }

    #[test]
    fn no_two_clusters_or_nodes_share_an_address_a_device_or_a_range() {
        let mut seen = BTreeSet::new();
        for slot in 0..SLOTS {
            let plan = AddressPlan { slot };
            assert!(
                seen.insert(plan.host().to_string())
                    && seen.insert(plan.bridge())
                    && seen.insert(plan.service_cidr())
            );
            for node in plan.nodes(MAX_NODES) {
                assert!(
                    seen.insert(node.address().to_string())
                        && seen.insert(node.pod_cidr())
                        && seen.insert(node.link())
                );
                assert!(
                    node.link().len() <= 15,
                    "the kernel's limit for the name of a device"
                );
            }
        }
    }
}
