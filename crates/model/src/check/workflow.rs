//! The workflow: steps, what they deploy, and that nothing is forgotten (decisions 17, 26; app-plane §4).

use std::collections::{HashMap, HashSet};

use super::dependencies::{self, Waiting};
use super::known::Known;
use super::{Findings, MISSING, Place, naming, policies};
use crate::names::normalise;
use crate::shape::nearest;
use crate::workflow::{Step, StepProperties};
use crate::{Application, Workflow};

pub(super) fn check(
    application: &Application,
    workflow: &Workflow,
    known: &Known,
    findings: &mut Findings,
) {
    let workflow_place = Place::ROOT.field("workflow");
    let at = &workflow_place.field("steps");
    if workflow.steps.is_empty() {
        findings
            .error(at, MISSING, "the workflow has no step")
            .hint("leave workflow out to have one derived");
        return;
    }
    let mut first_step: HashMap<usize, usize> = HashMap::new();
    let mut unknown = Vec::new();
    for (index, step) in workflow.steps.iter().enumerate() {
        for component in self::step(step, known, &at.index(index), &mut unknown, findings) {
            first_step.entry(component).or_insert(index);
        }
    }
    let names = workflow.steps.iter().map(|step| step.name.as_str());
    unique_names(names, at, findings);
    step_dependencies(workflow, at, findings);
    forgotten(application, &first_step, &unknown, at, findings);
    late(application, workflow, known, &first_step, findings);
}

/// Checks a step and returns the indices of its components.
fn step<'a>(
    step: &'a Step,
    known: &Known,
    at: &Place,
    unknown: &mut Vec<&'a str>,
    findings: &mut Findings,
) -> Vec<usize> {
    kind(step.kind.as_deref(), &at.field("type"), findings);
    policies::timeout(step.timeout.as_deref(), &at.field("timeout"), findings);
    let mut deployed = members(
        &step.components,
        step.properties.as_ref(),
        known,
        at,
        unknown,
        findings,
    );
    let sub_steps = at.field("subSteps");
    for (index, sub_step) in step.sub_steps.iter().enumerate() {
        let place = sub_steps.index(index);
        kind(sub_step.kind.as_deref(), &place.field("type"), findings);
        if is_empty(&sub_step.components, sub_step.properties.as_ref()) {
            findings.error(
                &place.field("components"),
                MISSING,
                "the sub-step deploys nothing",
            );
        }
        deployed.extend(members(
            &sub_step.components,
            sub_step.properties.as_ref(),
            known,
            &place,
            unknown,
            findings,
        ));
    }
    unique_names(
        step.sub_steps.iter().map(|sub_step| sub_step.name.as_str()),
        &sub_steps,
        findings,
    );
    let explained = findings.has_faults_below(at);
    if !explained
        && step.sub_steps.is_empty()
        && is_empty(&step.components, step.properties.as_ref())
    {
        findings
            .error(&at.field("components"), MISSING, "the step deploys nothing")
            .hint("name its components, or remove the step");
    }
    deployed
}

fn kind(kind: Option<&str>, place: &Place, findings: &mut Findings) {
    if let Some(kind) = kind {
        naming::choice(kind, &["deploy"], place, findings);
    }
}

fn is_empty(components: &[String], properties: Option<&StepProperties>) -> bool {
    components.is_empty() && properties.is_none_or(|properties| properties.policies.is_empty())
}

fn members<'a>(
    components: &'a [String],
    properties: Option<&'a StepProperties>,
    known: &Known,
    at: &Place,
    unknown: &mut Vec<&'a str>,
    findings: &mut Findings,
) -> Vec<usize> {
    let properties_place = at.field("properties");
    let lists = [
        (at.field("components"), components),
        (
            properties_place.field("policies"),
            properties.map_or(&[][..], |properties| &properties.policies),
        ),
    ];
    let mut found = Vec::new();
    for (place, names) in lists {
        let mut seen = HashSet::new();
        for (index, name) in names.iter().enumerate() {
            match known.index(name) {
                Some(component) => {
                    if !seen.insert(component) {
                        findings.warn(
                            &place.index(index),
                            "duplicate-name",
                            format!("{name} is in the step twice; it is deployed once"),
                        );
                    }
                    found.push(component);
                }
                None => {
                    unknown.push(name);
                    let message = format!("the application has no component {name:?}");
                    findings
                        .error(&place.index(index), "unknown-component", message)
                        .hint(known.hint(name));
                }
            }
        }
    }
    found
}

fn unique_names<'a>(names: impl Iterator<Item = &'a str>, list: &Place, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for (index, name) in names.enumerate() {
        let place = list.index(index);
        if name.trim().is_empty() {
            findings.error(
                &place.field("name"),
                MISSING,
                "the name of the step is empty",
            );
        } else if !seen.insert(key(name)) {
            findings.error(
                &place.field("name"),
                "duplicate-name",
                format!("two steps are called {name:?}"),
            );
        }
    }
}

/// What step names are compared by; a name without any Latin letter or digit is its own.
fn key(name: &str) -> String {
    let normal = normalise(name);
    if normal.is_empty() {
        name.to_owned()
    } else {
        normal.into_owned()
    }
}

fn step_dependencies(workflow: &Workflow, at: &Place, findings: &mut Findings) {
    if workflow.steps.iter().all(|step| step.depends_on.is_empty()) {
        return;
    }
    let mut by_name = HashMap::new();
    for (index, step) in workflow.steps.iter().enumerate() {
        by_name.entry(key(&step.name)).or_insert(index);
    }
    let graph: Vec<Waiting> = workflow
        .steps
        .iter()
        .map(|step| Waiting {
            wanted: &step.depends_on,
            targets: step
                .depends_on
                .iter()
                .map(|name| by_name.get(&key(name)).copied())
                .collect(),
        })
        .collect();
    let hint = |name: &str| {
        let names = || workflow.steps.iter().map(|step| step.name.as_str());
        nearest(name, names()).map_or_else(
            || format!("steps are: {}", names().collect::<Vec<_>>().join(", ")),
            |name| format!("did you mean {name}?"),
        )
    };
    dependencies::check(&graph, at, "step", &hint, findings);
}

/// A component in no step would silently stay away (decision 17).
fn forgotten(
    application: &Application,
    first_step: &HashMap<usize, usize>,
    unknown: &[&str],
    steps: &Place,
    findings: &mut Findings,
) {
    let components = Place::ROOT.field("components");
    if findings.is_faulty(steps) || findings.has_faults_below(steps) {
        return;
    }
    // a reference that is misspelt is reported where it stands
    let names = || {
        application
            .components
            .iter()
            .map(|component| component.name.as_str())
    };
    let meant: HashSet<&str> = unknown
        .iter()
        .filter_map(|name| nearest(name, names()))
        .collect();
    for (index, component) in application.components.iter().enumerate() {
        let skipped = component
            .properties
            .as_ref()
            .is_some_and(|properties| properties.skip == Some(true));
        if !skipped
            && !first_step.contains_key(&index)
            && !meant.contains(component.name.as_str())
            && !normalise(&component.name).is_empty()
        {
            let message = format!(
                "the component {} is in no step of the workflow; it would never be deployed",
                component.name
            );
            let hint = "add it to a step, leave workflow out to have one derived, or set properties.skip: true on purpose";
            findings
                .error(&components.index(index), "not-in-workflow", message)
                .hint(hint);
        }
    }
}

/// Steps run in order, so that a component cannot wait for one of a later step.
fn late(
    application: &Application,
    workflow: &Workflow,
    known: &Known,
    first_step: &HashMap<usize, usize>,
    findings: &mut Findings,
) {
    let components = Place::ROOT.field("components");
    for (index, component) in application.components.iter().enumerate() {
        let place = components.index(index);
        let depends_on = place.field("dependsOn");
        for (position, wanted) in component.depends_on.iter().enumerate() {
            let target = known
                .index(wanted)
                .and_then(|target| first_step.get(&target));
            if let (Some(own), Some(target)) = (first_step.get(&index), target)
                && own < target
            {
                let message = format!(
                    "{wanted} is deployed in the later step {:?}",
                    workflow.steps[*target].name
                );
                findings
                    .error(&depends_on.index(position), "conflict", message)
                    .hint("steps run in order; move one of the two");
            }
        }
    }
}
