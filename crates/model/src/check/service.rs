//! Trait `service` (decision 25).

use std::collections::HashSet;

use super::{Findings, Place, Subject, metadata, naming, ports};
use crate::traits::Service;
use crate::traits::added::ServicePort;

/// Ports that a cluster gives to nodes unless it is set up otherwise.
const NODE_PORTS: std::ops::RangeInclusive<i32> = 30000..=32767;

pub(super) fn check(subject: &Subject, service: &Service, at: &Place, findings: &mut Findings) {
    let kind = service.kind.as_deref().unwrap_or("ClusterIP");
    let known = naming::choice(
        kind,
        &["ClusterIP", "NodePort", "LoadBalancer"],
        &at.field("type"),
        findings,
    );
    if known && kind != "ClusterIP" && service.headless == Some(true) {
        let message = format!("a headless Service has no address; a {kind} needs one");
        findings.error(&at.field("headless"), "conflict", message);
    }
    if let Some(affinity) = &service.session_affinity {
        naming::choice(
            affinity,
            &["None", "ClientIP"],
            &at.field("sessionAffinity"),
            findings,
        );
    }
    metadata::annotations(&service.annotations, &at.field("annotations"), findings);
    let list = at.field("ports");
    let mut numbers = HashSet::new();
    let mut names = HashSet::new();
    for (index, port) in service.ports.iter().enumerate() {
        let place = list.index(index);
        self::port(port, kind, &place, findings);
        if port.port != 0 && !numbers.insert((port.port, port.protocol.as_deref().unwrap_or("TCP")))
        {
            findings.error(
                &place.field("port"),
                "duplicate-port",
                format!("the port {} is there twice", port.port),
            );
        }
        if port.name.as_deref().is_some_and(|name| !names.insert(name)) {
            findings.error(
                &place.field("name"),
                "duplicate-name",
                "two ports have this name",
            );
        }
        leads_to_container(subject, port, &place, findings);
    }
}

fn port(port: &ServicePort, kind: &str, at: &Place, findings: &mut Findings) {
    ports::protocol(port.protocol.as_deref(), &at.field("protocol"), findings);
    if let Some(name) = &port.name {
        ports::name(name, &at.field("name"), findings);
    }
    let Some(node_port) = port.node_port else {
        return;
    };
    let place = at.field("nodePort");
    if kind == "ClusterIP" {
        findings.error(
            &place,
            "conflict",
            "nodePort needs type NodePort or LoadBalancer",
        );
    } else if !NODE_PORTS.contains(&node_port) {
        findings.error(
            &place,
            "out-of-range",
            format!("{node_port} is no node port; they are from 30000 to 32767"),
        );
    }
}

/// A Service port that no container listens on answers nobody.
fn leads_to_container(subject: &Subject, port: &ServicePort, at: &Place, findings: &mut Findings) {
    let component = subject.component;
    let own = component
        .properties
        .iter()
        .flat_map(|properties| &properties.ports);
    let beside = component
        .traits
        .iter()
        .flat_map(|traits| &traits.sidecar)
        .flat_map(|sidecar| &sidecar.ports);
    let mut listening = own
        .chain(beside)
        .map(|port| port.target_port.unwrap_or(port.port))
        .peekable();
    let target = port.target_port.unwrap_or(port.port);
    if listening.peek().is_some() && !listening.any(|port| port == target) {
        let message = format!("no container of the component declares the port {target}");
        findings
            .warn(at, "unknown-port", message)
            .hint("list it in properties.ports or in a sidecar's ports");
    }
}
