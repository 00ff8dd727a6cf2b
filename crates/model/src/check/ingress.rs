//! Trait `ingress` (seed 000, Ingress; decisions 22, 45).

use std::collections::HashSet;

use super::subject::service_ports;
use super::{Findings, MISSING, Place, Subject, metadata, naming, ports, routes};
use crate::names::normalise;
use crate::traits::Ingress;
use crate::traits::ingress::{Backend, Route};

const PATH_TYPES: [&str; 3] = ["Prefix", "Exact", "ImplementationSpecific"];
/// Port of a backend that names none (seed 000).
const DEFAULT_PORT: i32 = 80;

pub(super) fn check(subject: &Subject, entries: &[Ingress], at: &Place, findings: &mut Findings) {
    for (index, ingress) in entries.iter().enumerate() {
        entry(subject, ingress, &at.index(index), findings);
    }
}

fn entry(subject: &Subject, ingress: &Ingress, at: &Place, findings: &mut Findings) {
    naming::optional_reference(
        ingress.name.as_deref(),
        &at.field("name"),
        "Ingress",
        findings,
    );
    if let Some(namespace) = &ingress.namespace
        && normalise(namespace) != subject.namespace()
    {
        let message = format!(
            "an Ingress reaches Services of its own namespace only: {:?}, not {namespace:?}",
            subject.namespace()
        );
        findings
            .error(&at.field("namespace"), "conflict", message)
            .hint("leave the field out");
    }
    routes::hosts(&ingress.hosts, &at.field("hosts"), findings);
    metadata::labels(&ingress.label, &at.field("label"), findings);
    metadata::annotations(&ingress.annotations, &at.field("annotations"), findings);
    naming::optional_reference(
        ingress.ingress_class_name.as_deref(),
        &at.field("ingressClassName"),
        "IngressClass",
        findings,
    );
    if let Some(default) = &ingress.default_path_type {
        naming::choice(default, &PATH_TYPES, &at.field("defaultPathType"), findings);
    }
    routes::certificates(&ingress.tls, &at.field("tls"), findings);
    let list = at.field("routes");
    if ingress.routes.is_empty() {
        findings.error(&list, MISSING, "an ingress needs at least one route");
    }
    let mut seen = HashSet::new();
    for (index, route) in ingress.routes.iter().enumerate() {
        let place = list.index(index);
        let default = ingress.default_path_type.as_deref().unwrap_or("Prefix");
        self::route(subject, route, default, &place, findings);
        let path_type = route.path_type.as_deref().unwrap_or(default);
        let path = route.path.as_deref().unwrap_or("/");
        if !findings.is_faulty(&place) && !seen.insert((route.host.as_deref(), path, path_type)) {
            let message = format!(
                "the path {path} is there twice for one host; only one of them would be served"
            );
            findings.error(&place, "duplicate-route", message);
        }
    }
}

fn route(
    subject: &Subject,
    route: &Route,
    default_type: &str,
    at: &Place,
    findings: &mut Findings,
) {
    if let Some(path_type) = &route.path_type {
        naming::choice(path_type, &PATH_TYPES, &at.field("pathType"), findings);
    }
    let path_type = route.path_type.as_deref().unwrap_or(default_type);
    if let Some(path) = route.path.as_deref().filter(|path| !path.is_empty()) {
        let place = at.field("path");
        routes::path(path, path_type, &place, findings);
        if path.contains(['(', '*', '[', '$']) && path_type != "ImplementationSpecific" {
            let message = format!(
                "{path:?} looks like a pattern, but path type {path_type} takes it literally"
            );
            findings
                .warn(&place, "literal-pattern", message)
                .hint("use pathType: ImplementationSpecific");
        }
    }
    if let Some(host) = route.host.as_deref().filter(|host| !host.is_empty()) {
        routes::host(host, &at.field("host"), findings);
    }
    if let Some(rewrite) = &route.rewrite {
        routes::rewrite(rewrite, &at.field("rewrite"), findings);
    }
    backend(subject, &route.backend, &at.field("backend"), findings);
}

fn backend(subject: &Subject, backend: &Backend, at: &Place, findings: &mut Findings) {
    let name = at.field("serviceName");
    naming::name(&backend.service_name, &name, "Service", findings);
    if backend.service_name.contains('/') {
        let message = format!(
            "{:?} contains a slash; the Service must be in the application's namespace",
            backend.service_name
        );
        findings.error(&name, "invalid-name", message);
    }
    let port = backend.service_port.unwrap_or(DEFAULT_PORT);
    if let Some(component) = subject.known.get(&backend.service_name) {
        let ports = service_ports(component);
        if !ports.contains(&port) && !findings.is_faulty(&at.field("servicePort")) {
            let message = match ports.as_slice() {
                [] => format!(
                    "the component {} has no Service: it exposes no port",
                    component.name
                ),
                ports => format!(
                    "the Service of {} has no port {port}; it has {}",
                    component.name,
                    list(ports)
                ),
            };
            findings
                .warn(at, "unknown-port", message)
                .hint("requests would find nobody");
        }
    }
    if let Some(port) = backend.service_port {
        ports::number(port, &at.field("servicePort"), findings);
    }
}

fn list(ports: &[i32]) -> String {
    ports
        .iter()
        .map(i32::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
