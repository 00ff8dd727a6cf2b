//! The network of a cluster: a bridge on the host, a namespace and a link for each node, and
//! static routes instead of an overlay. Nothing of it leaves the machine: there is no default
//! route, so that whatever looks outside is told at once that there is no way.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::command::{run, words};
use crate::error::{Context, Result};
use crate::plan::{AddressPlan, MAX_NODES, NodePlan};

const LIMIT: Duration = Duration::from_secs(10);

/// Makes the bridge with the host's address.
///
/// # Errors
/// When a device cannot be made; the kernel's word is in the message.
pub fn create_bridge(plan: AddressPlan) -> Result<()> {
    let bridge = plan.bridge();
    ip(&format!(
        "link add {bridge} address {} type bridge",
        plan.bridge_mac()
    ))?;
    ip(&format!("addr add {}/24 dev {bridge}", plan.host()))?;
    ip(&format!("link set {bridge} up"))
}

/// Makes a node's namespace and link, with routes to the pods of every other node.
///
/// # Errors
/// As [`create_bridge`].
pub fn create_node(node: NodePlan) -> Result<()> {
    let (plan, space, link) = (node.plan, node.namespace(), node.link());
    ip(&format!("netns add {space}"))?;
    ip(&format!(
        "link add {link} type veth peer name eth0 netns {space} address {}",
        node.mac()
    ))?;
    ip(&format!("link set {link} master {} up", plan.bridge()))?;
    ip(&format!("-n {space} link set lo up"))?;
    ip(&format!(
        "-n {space} addr add {}/24 dev eth0",
        node.address()
    ))?;
    ip(&format!("-n {space} link set eth0 up"))?;
    // Programs of the node itself need a route before their Service address is translated.
    ip(&format!(
        "-n {space} route add {} via {}",
        plan.service_cidr(),
        plan.host()
    ))?;
    for other in plan.nodes(MAX_NODES).filter(|other| *other != node) {
        ip(&format!(
            "-n {space} route add {} via {}",
            other.pod_cidr(),
            other.address()
        ))?;
    }
    ip(&format!(
        "route replace {} via {}",
        node.pod_cidr(),
        node.address()
    ))?;
    set_kernel_options(&space)
}

/// Sends the host's traffic to Services through a node that is up.
///
/// # Errors
/// As [`create_bridge`].
pub fn route_services(plan: AddressPlan, through: NodePlan) -> Result<()> {
    ip(&format!(
        "route replace {} via {}",
        plan.service_cidr(),
        through.address()
    ))
}

/// Removes a node's link and namespace, whichever of them is there.
///
/// # Errors
/// When the kernel refuses.
pub fn remove_node(node: NodePlan) -> Result<()> {
    remove_link(&node.link())?;
    remove_namespace(&node.namespace())
}

/// Removes everything of a plan, whether or not it was made completely.
///
/// # Errors
/// When the kernel refuses.
pub fn remove_all(plan: AddressPlan) -> Result<()> {
    for node in plan.nodes(MAX_NODES) {
        remove_node(node)?;
    }
    remove_link(&plan.bridge())
}

/// Cuts a node off (`up` false) or joins it again.
///
/// # Errors
/// When the node's link is not there.
pub fn set_link(node: NodePlan, up: bool) -> Result<()> {
    ip(&format!(
        "link set {} {}",
        node.link(),
        if up { "up" } else { "down" }
    ))
}

/// Whether the node's link is there and carries traffic.
pub fn is_link_up(node: NodePlan) -> bool {
    fs::read_to_string(format!("/sys/class/net/{}/operstate", node.link()))
        .is_ok_and(|state| state.trim() == "up")
}

fn set_kernel_options(space: &str) -> Result<()> {
    let net = format!("--net=/run/netns/{space}");
    let options = [
        "net.ipv4.ip_forward=1",
        "net.ipv4.conf.all.rp_filter=0",
        "net.ipv4.conf.default.rp_filter=0",
        "net.ipv4.conf.all.send_redirects=0",
    ];
    let args = [net.as_str(), "sysctl", "-q", "-w"]
        .into_iter()
        .chain(options);
    run(&mut words("nsenter", args), LIMIT).map(|_| ())
}

fn remove_link(link: &str) -> Result<()> {
    if Path::new("/sys/class/net").join(link).exists() {
        ip(&format!("link del {link}"))
    } else {
        Ok(())
    }
}

fn remove_namespace(space: &str) -> Result<()> {
    let path = Path::new("/run/netns").join(space);
    if !path.exists() {
        return Ok(());
    }
    if ip(&format!("netns del {space}")).is_err() {
        // A file that is left without its namespace: `ip` does not remove it.
        fs::remove_file(&path).context(|| format!("removing {} failed", path.display()))?;
    }
    Ok(())
}

fn ip(args: &str) -> Result<()> {
    run(&mut words("ip", args.split(' ')), LIMIT).map(|_| ())
}
