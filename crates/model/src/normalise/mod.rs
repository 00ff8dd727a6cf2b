//! A checked document in its one canonical form: names and references normalised, alternatives folded together.

mod traits;
mod workflow;

use crate::names::{application_id, normalise, normalise_reference};
use crate::{Application, Component, Policies, ValidApplication};

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
    for component in &mut application.components {
        self::component(component);
    }
    if let Some(steps) = &mut application.workflow {
        workflow::normalise(steps);
    }
    ValidApplication::new(application)
}

fn component(component: &mut Component) {
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
        traits::normalise(own);
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
