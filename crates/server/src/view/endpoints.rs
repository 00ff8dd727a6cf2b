//! Where a component is reachable, read from its document alone.

use kubemin_model::{Component, ComponentType};

/// `name.namespace.svc:port` in the cluster, addresses of routes from outside.
pub(super) fn endpoints(namespace: &str, component: &Component) -> Vec<String> {
    if !matches!(
        component.kind,
        ComponentType::Webservice | ComponentType::Statefulservice
    ) {
        return Vec::new();
    }
    let inside = service_ports(component)
        .into_iter()
        .map(|port| format!("{}.{namespace}.svc:{port}", component.name));
    inside.chain(outside(component)).collect()
}

fn service_ports(component: &Component) -> Vec<i32> {
    let listed = component
        .traits
        .as_ref()
        .and_then(|traits| traits.service.as_ref())
        .map(|service| &service.ports);
    if let Some(ports) = listed.filter(|ports| !ports.is_empty()) {
        return ports.iter().map(|port| port.port).collect();
    }
    let ports = component
        .properties
        .iter()
        .flat_map(|properties| &properties.ports);
    ports
        .filter(|port| port.expose.unwrap_or(true))
        .map(|port| port.port)
        .collect()
}

fn outside(component: &Component) -> Vec<String> {
    let Some(traits) = &component.traits else {
        return Vec::new();
    };
    let mut addresses = Vec::new();
    for ingress in &traits.ingress {
        let secure: Vec<&String> = ingress.tls.iter().flat_map(|tls| &tls.hosts).collect();
        for route in &ingress.routes {
            let hosts = match &route.host {
                Some(host) => std::slice::from_ref(host),
                None => &ingress.hosts,
            };
            addresses.extend(
                hosts
                    .iter()
                    .map(|host| address(host, route.path.as_deref(), secure.contains(&host))),
            );
        }
    }
    if let Some(expose) = &traits.expose {
        let secure: Vec<&String> = expose.tls.iter().flat_map(|tls| &tls.hosts).collect();
        for route in &expose.routes {
            let route =
                |host: &String| address(host, route.path.as_deref(), secure.contains(&host));
            addresses.extend(expose.hosts.iter().map(route));
        }
    }
    addresses.dedup();
    addresses
}

fn address(host: &str, path: Option<&str>, secure: bool) -> String {
    let scheme = if secure { "https" } else { "http" };
    format!("{scheme}://{host}{}", path.unwrap_or("/"))
}
