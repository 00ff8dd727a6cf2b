//! Every rule that can be decided from the document alone, one file per trait or topic. Paths are canonical.

mod application;
mod component;
mod containers;
mod content;
mod dependencies;
mod disruption;
mod environment;
mod expose;
mod findings;
mod identifiers;
mod ingress;
mod known;
mod metadata;
mod naming;
mod network;
mod place;
mod policies;
mod ports;
mod probes;
mod rbac;
mod resources;
mod routes;
mod scaling;
mod schedule;
mod scheduling;
mod security;
mod service;
mod share;
mod storage;
mod subject;
mod traits;
mod update;
mod volumes;
mod workflow;

use dependencies::Waiting;
use findings::Findings;
use known::Known;
use place::Place;
use subject::Subject;

use crate::shape::Faults;
use crate::{Application, Report};

/// Code of "exactly one of several fields".
const EXACTLY_ONE: &str = "exactly-one";
/// Code of an absent field.
const MISSING: &str = "missing-field";

/// Runs every check over an application that fits the types. `faults` are places that are already reported.
pub(crate) fn run(application: &Application, faults: Faults) -> Report {
    let mut findings = Findings::new(faults);
    let known = Known::of(application);
    application::check(application, &mut findings);
    let components = Place::ROOT.field("components");
    for (index, component) in application.components.iter().enumerate() {
        let place = components.index(index);
        let kind = (!findings.is_faulty(&place.field("type"))).then_some(component.kind);
        let subject = Subject {
            application,
            known: &known,
            component,
            kind,
        };
        component::check(&subject, &place, &mut findings);
    }
    component_dependencies(application, &known, &mut findings);
    if let Some(workflow) = &application.workflow {
        workflow::check(application, workflow, &known, &mut findings);
    }
    findings.into_report()
}

fn component_dependencies(application: &Application, known: &Known, findings: &mut Findings) {
    let graph: Vec<Waiting> = application
        .components
        .iter()
        .map(|component| Waiting {
            wanted: &component.depends_on,
            targets: component
                .depends_on
                .iter()
                .map(|name| known.index(name))
                .collect(),
        })
        .collect();
    dependencies::check(
        &graph,
        &Place::ROOT.field("components"),
        "component",
        &|name| known.hint(name),
        findings,
    );
}
