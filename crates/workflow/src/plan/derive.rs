//! The workflow of an application that gives none: configuration, stores, jobs, services (app-plane §4).

use std::collections::BTreeMap;

use kubemin_model::{Application, Component, ComponentType, Mode, Step};

const STEPS: [&str; 4] = ["config", "stores", "jobs", "services"];

/// Steps in the order of the component types; a component never runs before what it depends on.
pub fn derived_steps(app: &Application) -> Vec<Step> {
    let ranks = ranks(app);
    (0..STEPS.len())
        .map(|rank| Step {
            name: STEPS[rank].to_owned(),
            mode: Some(Mode::Dag),
            components: deployed(app)
                .filter(|c| ranks[&c.name] == rank)
                .map(|c| c.name.clone())
                .collect(),
            ..Step::default()
        })
        .filter(|step| !step.components.is_empty())
        .collect()
}

fn deployed(app: &Application) -> impl Iterator<Item = &Component> {
    app.components
        .iter()
        .filter(|c| c.properties.as_ref().is_none_or(|p| p.skip != Some(true)))
}

fn rank_of_type(kind: ComponentType) -> usize {
    match kind {
        ComponentType::Config | ComponentType::Secret => 0,
        ComponentType::Statefulservice | ComponentType::Middleware => 1,
        ComponentType::Job => 2,
        ComponentType::Webservice | ComponentType::Cronjob => 3,
    }
}

/// Rank of the type, raised to the highest rank among what a component depends on.
fn ranks(app: &Application) -> BTreeMap<String, usize> {
    let mut ranks: BTreeMap<String, usize> = app
        .components
        .iter()
        .map(|c| (c.name.clone(), rank_of_type(c.kind)))
        .collect();
    for _ in 0..STEPS.len() * app.components.len() {
        let mut changed = false;
        for component in &app.components {
            let needed = component
                .depends_on
                .iter()
                .filter_map(|name| ranks.get(name))
                .max()
                .copied()
                .unwrap_or(0);
            if ranks
                .get(&component.name)
                .is_some_and(|rank| *rank < needed)
            {
                ranks.insert(component.name.clone(), needed);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    ranks
}

/// For each component of a group: how many others of the group must come before it, one after another.
pub(super) fn levels(app: &Application, group: &[String]) -> Vec<usize> {
    let mut levels = vec![0; group.len()];
    for _ in 0..group.len() {
        for (index, name) in group.iter().enumerate() {
            levels[index] = dependencies(app, name)
                .filter_map(|before| group.iter().position(|other| other == before))
                .filter(|&other| other != index)
                .map(|other| levels[other] + 1)
                .max()
                .unwrap_or(0)
                .min(group.len());
        }
    }
    levels
}

fn dependencies<'a>(app: &'a Application, name: &str) -> impl Iterator<Item = &'a String> {
    app.components
        .iter()
        .find(|c| c.name == name)
        .into_iter()
        .flat_map(|c| c.depends_on.iter())
}
