//! Services of a component: its own under its name, and the governing one of a StatefulSet. The trait `service`
//! changes how the own one looks (app-plane §1; decisions 12, 16, 25).

use k8s_openapi::api::core::v1::{ContainerPort, ServicePort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kubemin_model::traits::Service;
use kubemin_model::{ComponentType, Traits};

use crate::context::Context;
use crate::contribution::Contribution;
use crate::fault::fault;
use crate::ports;
use crate::workloads::service;

/// A Service when there are ports; runs for components without the trait too.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    if !matches!(
        ctx.owner.component.kind,
        ComponentType::Webservice | ComponentType::Statefulservice
    ) {
        return whole;
    }
    let nothing = Service::default();
    let wanted = traits.service.as_ref().unwrap_or(&nothing);
    let open = open_ports(ctx, wanted);
    whole.container.ports = wanted
        .ports
        .iter()
        .filter(|port| !in_a_sidecar(traits, port))
        .map(container_port)
        .collect();
    if ctx.owner.component.kind == ComponentType::Statefulservice {
        whole.objects.push(service::governing(ctx, open.clone()));
    }
    if !open.is_empty() {
        whole.objects.push(service::own(ctx, wanted, open));
    } else if traits.service.is_some() {
        whole.errors.push(fault(
            ctx.at("service"),
            "missing-ports",
            "a Service needs a port, and the component has none",
            "give properties.ports or service.ports",
        ));
    }
    whole
}

fn open_ports(ctx: &Context<'_>, wanted: &Service) -> Vec<ServicePort> {
    if wanted.ports.is_empty() {
        return ports::exposed(ctx.owner.component);
    }
    let listed = wanted.ports.iter().map(|port| ServicePort {
        port: port.port,
        target_port: ports::target(port.port, port.target_port),
        node_port: port.node_port,
        name: port.name.clone(),
        protocol: ports::spoken(port.protocol.as_deref()),
        ..ServicePort::default()
    });
    ports::named(listed.collect())
}

/// The container must say that it listens where the Service leads to.
fn container_port(port: &kubemin_model::traits::added::ServicePort) -> ContainerPort {
    ContainerPort {
        container_port: port.target_port.unwrap_or(port.port),
        protocol: ports::spoken(port.protocol.as_deref()),
        ..ContainerPort::default()
    }
}

fn in_a_sidecar(traits: &Traits, port: &kubemin_model::traits::added::ServicePort) -> bool {
    let wanted = IntOrString::Int(port.target_port.unwrap_or(port.port));
    let open = traits.sidecar.iter().flat_map(|sidecar| &sidecar.ports);
    open.map(|open| IntOrString::Int(open.target_port.unwrap_or(open.port)))
        .any(|open| open == wanted)
}
