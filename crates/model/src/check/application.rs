//! The application itself: name, id, namespace, and that its components do not fall together.

use std::collections::HashMap;

use super::{Findings, MISSING, Place, naming, policies};
use crate::Application;
use crate::names::{is_label, normalise};

pub(super) fn check(application: &Application, findings: &mut Findings) {
    let at = &Place::ROOT;
    naming::name(
        &application.name,
        &at.field("name"),
        "application",
        findings,
    );
    if let Some(id) = &application.id {
        self::id(id, &at.field("id"), findings);
    }
    if let Some(namespace) = &application.namespace {
        naming::name(namespace, &at.field("namespace"), "namespace", findings);
    }
    if let Some(version) = application
        .version
        .as_deref()
        .filter(|version| version.len() > 63 || version.contains(char::is_whitespace))
    {
        let message =
            format!("the version {version:?} is longer than 63 characters or holds blanks");
        findings.error(&at.field("version"), "invalid-version", message);
    }
    if let Some(own) = &application.policies {
        policies::check(own, None, &at.field("policies"), findings);
    }
    if application.components.is_empty() {
        let message = "an application needs at least one component";
        findings.error(&at.field("components"), MISSING, message);
    }
    collisions(application, findings);
}

fn id(id: &str, place: &Place, findings: &mut Findings) {
    if !is_label(id) {
        let message = format!(
            "the id {id:?} must be 1 to 63 lower-case letters, digits or '-', a letter or digit at both ends"
        );
        findings
            .error(place, "invalid-id", message)
            .hint("leave it out to have one derived from namespace and name");
    }
}

/// Two components of one normalised name would become the same objects (decision 11).
fn collisions(application: &Application, findings: &mut Findings) {
    let components = Place::ROOT.field("components");
    let mut first_of: HashMap<_, usize> = HashMap::with_capacity(application.components.len());
    for (index, component) in application.components.iter().enumerate() {
        let name = normalise(&component.name);
        if name.is_empty() {
            continue;
        }
        if let Some(first) = first_of.get(&name) {
            let other = &application.components[*first].name;
            let message = match *other == component.name {
                true => format!("two components are called {name:?}"),
                false => format!(
                    "{:?} and {other:?} are both called {name:?} in the cluster",
                    component.name
                ),
            };
            findings
                .error(
                    &components.index(index).field("name"),
                    "duplicate-name",
                    message,
                )
                .hint("give one of them another name");
        } else {
            first_of.insert(name, index);
        }
    }
}
