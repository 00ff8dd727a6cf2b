//! Ports of containers (decision 16).

use std::collections::HashMap;

use super::identifiers::is_port_name;
use super::{Findings, Place, naming};
use crate::Port;

const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

pub(super) fn check(ports: &[Port], at: &Place, findings: &mut Findings) {
    let mut numbers = HashMap::new();
    let mut names = HashMap::new();
    for (index, port) in ports.iter().enumerate() {
        let place = at.index(index);
        protocol(port.protocol.as_deref(), &place.field("protocol"), findings);
        // 0 stands for a number that is reported already
        if port.port != 0
            && numbers
                .insert(
                    (port.port, port.protocol.as_deref().unwrap_or("TCP")),
                    index,
                )
                .is_some()
        {
            let message = format!("the port {} is there twice", port.port);
            findings.error(&place.field("port"), "duplicate-port", message);
        }
        if let Some(name) = &port.name {
            self::name(name, &place.field("name"), findings);
            if names.insert(name.as_str(), index).is_some() {
                findings.error(
                    &place.field("name"),
                    "duplicate-name",
                    format!("two ports are called {name:?}"),
                );
            }
        }
    }
}

/// Name of a port.
pub(super) fn name(name: &str, place: &Place, findings: &mut Findings) {
    if !is_port_name(name) {
        let message = format!(
            "{name:?} is no name of a port: at most 15 lower-case letters, digits and '-', one letter at least"
        );
        findings.error(place, "invalid-name", message);
    }
}

/// `TCP`, `UDP` or `SCTP`.
pub(super) fn protocol(protocol: Option<&str>, place: &Place, findings: &mut Findings) {
    if let Some(protocol) = protocol {
        naming::choice(protocol, &PROTOCOLS, place, findings);
    }
}

/// A port number where the type has no bounds of its own.
pub(super) fn number(port: i32, place: &Place, findings: &mut Findings) {
    if !(1..=65535).contains(&port) {
        findings.error(
            place,
            "out-of-range",
            format!("{port} is no port; ports are from 1 to 65535"),
        );
    }
}
