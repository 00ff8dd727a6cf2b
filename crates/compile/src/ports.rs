//! Ports of containers and Services (decision 16).

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{ContainerPort, ServicePort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kubemin_model::{Component, Port};

/// Ports of a container; two Service ports may lead to one of them.
pub fn of_container(ports: &[Port]) -> Vec<ContainerPort> {
    let mut seen = BTreeSet::new();
    ports
        .iter()
        .map(|port| ContainerPort {
            container_port: port.target_port.unwrap_or(port.port),
            name: port
                .name
                .clone()
                .filter(|name| is_container_port_name(name)),
            protocol: spoken(port.protocol.as_deref()),
            ..ContainerPort::default()
        })
        .filter(|port| seen.insert((port.container_port, port.protocol.clone())))
        .collect()
}

/// Ports of the component's Service: those of the main container unless `expose: false`, and those of sidecars that
/// say `expose: true`. A sidecar's port is an inner matter until its author says otherwise.
pub fn exposed(component: &Component) -> Vec<ServicePort> {
    let own = component
        .properties
        .iter()
        .flat_map(|properties| &properties.ports);
    let sidecars = component
        .traits
        .iter()
        .flat_map(|traits| &traits.sidecar)
        .flat_map(|sidecar| &sidecar.ports);
    named(
        own.filter(|port| port.expose != Some(false))
            .chain(sidecars.filter(|port| port.expose == Some(true)))
            .map(|port| ServicePort {
                port: port.port,
                target_port: target(port.port, port.target_port),
                name: port.name.clone(),
                protocol: spoken(port.protocol.as_deref()),
                ..ServicePort::default()
            })
            .collect(),
    )
}

/// Gives every port a name when there are several, because Kubernetes asks for it: `port-8080`, `port-53-udp`.
pub fn named(mut ports: Vec<ServicePort>) -> Vec<ServicePort> {
    if ports.len() < 2 {
        return ports;
    }
    let mut taken: BTreeSet<String> = ports.iter().filter_map(|port| port.name.clone()).collect();
    for port in ports.iter_mut().filter(|port| port.name.is_none()) {
        let plain = format!("port-{}", port.port);
        let protocol = port.protocol.as_deref().unwrap_or("TCP").to_lowercase();
        let name = if taken.contains(&plain) {
            format!("{plain}-{protocol}")
        } else {
            plain
        };
        taken.insert(name.clone());
        port.name = Some(name);
    }
    ports
}

/// The port of the container behind a Service port; left out when it is the same (decision 24).
pub fn target(port: i32, target: Option<i32>) -> Option<IntOrString> {
    target
        .filter(|target| *target != port)
        .map(IntOrString::Int)
}

/// Port of the pods behind port `port` of a component's Service.
pub fn behind(component: &Component, port: i32) -> i32 {
    exposed(component)
        .into_iter()
        .find(|exposed| exposed.port == port)
        .and_then(|exposed| exposed.target_port)
        .and_then(|target| match target {
            IntOrString::Int(number) => Some(number),
            IntOrString::String(_) => None,
        })
        .unwrap_or(port)
}

/// A protocol other than the default.
pub fn spoken(protocol: Option<&str>) -> Option<String> {
    protocol
        .filter(|protocol| *protocol != "TCP")
        .map(str::to_owned)
}

/// Kubernetes allows 15 characters here and 63 in a Service (IANA service names).
fn is_container_port_name(name: &str) -> bool {
    name.len() <= 15
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: i32, protocol: Option<&str>) -> ServicePort {
        ServicePort {
            port: number,
            protocol: protocol.map(str::to_owned),
            ..ServicePort::default()
        }
    }

    #[test]
    fn a_single_port_needs_no_name() {
        assert_eq!(named(vec![port(80, None)])[0].name, None);
    }

    #[test]
    fn one_number_over_two_protocols_gets_two_names() {
        let names: Vec<_> = named(vec![port(53, None), port(53, Some("UDP"))])
            .into_iter()
            .filter_map(|port| port.name)
            .collect();
        assert_eq!(names, ["port-53", "port-53-udp"]);
    }
}
