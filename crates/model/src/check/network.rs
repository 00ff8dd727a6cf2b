//! Trait `network` (decision 25).

use std::net::IpAddr;

use super::{EXACTLY_ONE, Findings, Place, Subject, naming, ports};
use crate::traits::Network;
use crate::traits::added::Peer;

pub(super) fn check(subject: &Subject, network: &Network, at: &Place, findings: &mut Findings) {
    for (field, peers) in [("from", &network.from), ("to", &network.to)] {
        let list = at.field(field);
        for (index, peer) in peers.iter().flatten().enumerate() {
            self::peer(subject, peer, &list.index(index), findings);
        }
    }
}

fn peer(subject: &Subject, peer: &Peer, at: &Place, findings: &mut Findings) {
    let given = [
        peer.component.is_some(),
        peer.namespace.is_some(),
        peer.cidr.is_some(),
    ];
    if given.iter().filter(|set| **set).count() != 1 {
        findings.error(
            at,
            EXACTLY_ONE,
            "exactly one of component, namespace, cidr is needed",
        );
    }
    if let Some(component) = &peer.component
        && subject.known.get(component).is_none()
    {
        let message = format!("the application has no component {component:?}");
        findings
            .error(&at.field("component"), "unknown-component", message)
            .hint(subject.known.hint(component));
    }
    if let Some(namespace) = &peer.namespace {
        naming::name(namespace, &at.field("namespace"), "namespace", findings);
    }
    if let Some(cidr) = peer.cidr.as_deref().filter(|cidr| !is_cidr(cidr)) {
        findings
            .error(
                &at.field("cidr"),
                "invalid-cidr",
                format!("{cidr:?} is no range of addresses"),
            )
            .hint("e.g. 10.0.0.0/8");
    }
    let list = at.field("ports");
    for (index, port) in peer.ports.iter().enumerate() {
        ports::number(*port, &list.index(index), findings);
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let limit = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= limit)
}
