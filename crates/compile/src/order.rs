//! Apply order: priority, component, kind (seed 000, Step 与 Priority 执行顺序; app-plane §4).

use kubemin_model::{Application, Component, ComponentType, Step};

use crate::draft::Draft;

/// Sorts so that a person who pipes the objects into the cluster one by one meets no missing reference that could be
/// avoided. The sort is stable: objects of one component and kind stay in the order of the document.
pub fn sort(application: &Application, drafts: &mut [Draft]) {
    let components = components(application);
    let place = |draft: &Draft| {
        components
            .iter()
            .position(|name| *name == draft.object.component)
    };
    drafts.sort_by_cached_key(|draft| {
        (
            draft.object.priority(),
            place(draft).unwrap_or(usize::MAX),
            draft.object.key.kind,
        )
    });
}

/// Names of the components in the order of the workflow; of the derived one when none is given.
fn components(application: &Application) -> Vec<&str> {
    let ranked = match &application.workflow {
        Some(workflow) => in_steps(&workflow.steps),
        None => derived(&application.components),
    };
    let left_out = application
        .components
        .iter()
        .map(|component| component.name.as_str());
    let mut order: Vec<&str> = Vec::with_capacity(application.components.len());
    for name in ranked.into_iter().chain(left_out) {
        if !order.contains(&name) {
            order.push(name);
        }
    }
    after_dependencies(application, &order)
}

fn in_steps(steps: &[Step]) -> Vec<&str> {
    steps
        .iter()
        .flat_map(|step| {
            step.components
                .iter()
                .chain(step.sub_steps.iter().flat_map(|sub| &sub.components))
        })
        .map(String::as_str)
        .collect()
}

/// Configuration, then stores and middleware, then jobs, then services.
fn derived(components: &[Component]) -> Vec<&str> {
    let mut sorted: Vec<&Component> = components.iter().collect();
    sorted.sort_by_key(|component| rank(component.kind));
    sorted
        .into_iter()
        .map(|component| component.name.as_str())
        .collect()
}

fn rank(kind: ComponentType) -> u8 {
    match kind {
        ComponentType::Config | ComponentType::Secret => 0,
        ComponentType::Statefulservice | ComponentType::Middleware => 1,
        ComponentType::Job => 2,
        ComponentType::Webservice | ComponentType::Cronjob => 3,
    }
}

/// The same order with every component after those it depends on. The document is free of rings.
fn after_dependencies<'a>(application: &'a Application, order: &[&'a str]) -> Vec<&'a str> {
    let depends_on = |name: &str| {
        let component = application
            .components
            .iter()
            .find(|component| component.name == name);
        component.map_or(&[][..], |component| &component.depends_on)
    };
    let mut waiting = order.to_vec();
    let mut done: Vec<&str> = Vec::with_capacity(order.len());
    while !waiting.is_empty() {
        let free = |name: &&str| {
            depends_on(name)
                .iter()
                .all(|needed| !waiting.contains(&needed.as_str()))
        };
        let next = waiting.iter().position(free).unwrap_or(0);
        done.push(waiting.remove(next));
    }
    done
}
