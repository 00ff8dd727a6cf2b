//! The whole application.

use kubemin_model::{FieldError, ValidApplication};
use kubemin_objects::{ClusterFacts, Compiled};

use crate::claims;
use crate::collisions;
use crate::component;
use crate::context::{App, Owner};
use crate::order;
use crate::policies;

/// The objects of an application, and what its author should know about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Compilation {
    /// The objects, in apply order.
    pub compiled: Compiled,
    /// Findings that do not keep the application from being deployed, at canonical paths.
    pub warnings: Vec<FieldError>,
}

/// Compiles a checked application.
///
/// # Errors
/// Everything that only shows in the objects, at canonical paths and all at once: two objects of one name
/// (decision 11), claims of one name with different settings, container names given twice, names that leave
/// Kubernetes no room, rewrites that cannot be said, types and templates that need a server.
pub fn compile(
    app: &ValidApplication,
    facts: &ClusterFacts,
) -> Result<Compilation, Vec<FieldError>> {
    let document = app.document();
    let app = App {
        document,
        id: app.id(),
        name: app.name(),
        namespace: app.namespace(),
        version: app.version(),
        facts,
    };
    let mut drafts = Vec::new();
    let mut requests = Vec::new();
    let mut errors = Vec::new();
    let mut warnings = Vec::new();
    let components = &document.components;
    let policies: Vec<_> = components
        .iter()
        .map(|component| {
            policies::effective(component.policies.as_ref(), document.policies.as_ref())
        })
        .collect();
    for (index, (component, policies)) in components.iter().zip(&policies).enumerate() {
        let built = component::build(
            Owner {
                app: &app,
                component,
                index,
            },
            policies,
        );
        drafts.extend(built.drafts);
        requests.extend(built.claims);
        errors.extend(built.errors);
        warnings.extend(built.warnings);
    }
    drafts.extend(claims::objects(requests, &mut errors));
    errors.extend(collisions::check(&drafts));
    if !errors.is_empty() {
        return Err(errors);
    }
    order::sort(document, &mut drafts);
    let compiled = Compiled {
        app_id: app.id.to_owned(),
        name: app.name.to_owned(),
        namespace: app.namespace.to_owned(),
        objects: drafts.into_iter().map(|draft| draft.object).collect(),
    };
    Ok(Compilation { compiled, warnings })
}
