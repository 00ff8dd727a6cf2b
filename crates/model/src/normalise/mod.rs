//! A checked document in its one canonical form: names and references normalised, alternatives folded together.

mod traits;
mod workflow;

use std::collections::HashSet;

use crate::names::{application_id, normalise, normalise_reference};
use crate::{Application, Component, ComponentType, Policies, ValidApplication};

/// Namespace of an application that names none.
const DEFAULT_NAMESPACE: &str = "default";

/// Brings an application without errors into canonical form. Doing it again changes nothing.
pub(crate) fn run(mut application: Application) -> ValidApplication {
    name(&mut application.name);
    let namespace = normalise(
        application
            .namespace
            .as_deref()
            .unwrap_or(DEFAULT_NAMESPACE),
    )
    .into_owned();
    application
        .id
        .get_or_insert_with(|| application_id(&namespace, &application.name));
    application.namespace = Some(namespace);
    if let Some(own) = &mut application.policies {
        policies(own);
    }
    let data = DataComponents::of(&application);
    for component in &mut application.components {
        self::component(component, &data);
    }
    if let Some(steps) = &mut application.workflow {
        workflow::normalise(steps);
    }
    ValidApplication::new(application)
}

fn component(component: &mut Component, data: &DataComponents) {
    name(&mut component.name);
    // it is the application's, the checks have seen to that
    component.namespace = None;
    component.depends_on.iter_mut().for_each(name);
    if let Some(properties) = &mut component.properties {
        let image = properties.image.take();
        component.image = component.image.take().or(image);
    }
    if let Some(own) = &mut component.policies {
        policies(own);
    }
    if let Some(own) = &mut component.traits {
        traits::normalise(own, data);
    }
}

/// Normalised names of the components that become ConfigMaps and Secrets.
struct DataComponents(HashSet<String>);

impl DataComponents {
    fn of(application: &Application) -> Self {
        let holds_data = |component: &&Component| {
            matches!(
                component.kind,
                ComponentType::Config | ComponentType::Secret
            )
        };
        let components = application.components.iter().filter(holds_data);
        Self(
            components
                .map(|component| normalise(&component.name).into_owned())
                .collect(),
        )
    }

    /// Normalises a reference to a ConfigMap or Secret: one that means a component is called like it.
    fn reference(&self, text: &mut String) {
        if self.0.contains(normalise(text).as_ref()) {
            name(text)
        } else {
            reference(text)
        }
    }
}

fn policies(policies: &mut Policies) {
    policies.image_pull_secrets.iter_mut().for_each(reference);
}

/// Normalises a name in place.
fn name(text: &mut String) {
    if let std::borrow::Cow::Owned(normal) = normalise(text) {
        *text = normal;
    }
}

/// Normalises a reference to an object that may exist already.
fn reference(text: &mut String) {
    if let std::borrow::Cow::Owned(normal) = normalise_reference(text) {
        *text = normal;
    }
}
