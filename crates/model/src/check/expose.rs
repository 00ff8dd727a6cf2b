//! Trait `expose` (app-plane §2; decision 25).

use super::subject::service_ports;
use super::{Findings, MISSING, Place, Subject, naming, routes};
use crate::traits::Expose;
use crate::traits::added::ExposeRoute;

pub(super) fn check(subject: &Subject, expose: &Expose, at: &Place, findings: &mut Findings) {
    routes::hosts(&expose.hosts, &at.field("hosts"), findings);
    routes::certificates(&expose.tls, &at.field("tls"), findings);
    let list = at.field("routes");
    if expose.routes.is_empty() {
        findings
            .error(&list, MISSING, "expose needs at least one route")
            .hint("[{}] leads / to this component");
    }
    for (index, route) in expose.routes.iter().enumerate() {
        self::route(subject, route, &list.index(index), findings);
    }
    if let Some(gateway) = &expose.gateway {
        let place = at.field("gateway");
        let (namespace, name) = gateway
            .split_once('/')
            .map_or((None, gateway.as_str()), |(namespace, name)| {
                (Some(namespace), name)
            });
        if let Some(namespace) = namespace {
            naming::name(namespace, &place, "namespace", findings);
        }
        naming::reference(name, &place, "Gateway", findings);
    }
}

fn route(subject: &Subject, route: &ExposeRoute, at: &Place, findings: &mut Findings) {
    let path_type = route.path_type.as_deref().unwrap_or("Prefix");
    naming::choice(
        path_type,
        &["Prefix", "Exact"],
        &at.field("pathType"),
        findings,
    );
    if let Some(path) = route.path.as_deref().filter(|path| !path.is_empty()) {
        routes::path(path, path_type, &at.field("path"), findings);
    }
    if let Some(rewrite) = &route.rewrite {
        routes::rewrite(rewrite, &at.field("rewrite"), findings);
    }
    let target = match &route.component {
        None => Some(subject.component),
        Some(name) => {
            let found = subject.known.get(name);
            if found.is_none() {
                let message = format!("the application has no component {name:?}");
                findings
                    .error(&at.field("component"), "unknown-component", message)
                    .hint(subject.known.hint(name));
            }
            found
        }
    };
    let Some(target) = target else { return };
    let ports = service_ports(target);
    if ports.is_empty() {
        let message = format!("the component {} exposes no port", target.name);
        findings
            .error(at, "unknown-port", message)
            .hint("list it in properties.ports");
    } else if let Some(port) = route.port.filter(|port| !ports.contains(port)) {
        findings.error(
            &at.field("port"),
            "unknown-port",
            format!("the Service of {} has no port {port}", target.name),
        );
    }
}
