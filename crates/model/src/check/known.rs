//! The components of an application by normalised name.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::names::normalise;
use crate::shape::nearest;
use crate::{Application, Component, ComponentType};

/// Components by the name that references are compared with. Of components that collide the first one counts.
pub(super) struct Known<'a> {
    components: &'a [Component],
    by_name: HashMap<Cow<'a, str>, usize>,
}

impl<'a> Known<'a> {
    pub fn of(application: &'a Application) -> Self {
        let mut by_name = HashMap::with_capacity(application.components.len());
        for (index, component) in application.components.iter().enumerate() {
            by_name.entry(normalise(&component.name)).or_insert(index);
        }
        by_name.remove("");
        Self {
            components: &application.components,
            by_name,
        }
    }

    /// Index of the component that a reference means.
    pub fn index(&self, reference: &str) -> Option<usize> {
        self.by_name.get(normalise(reference).as_ref()).copied()
    }

    /// The component that a reference means.
    pub fn get(&self, reference: &str) -> Option<&'a Component> {
        self.index(reference).map(|index| &self.components[index])
    }

    /// The component that a reference means, when it is of this type.
    pub fn of_type(&self, reference: &str, kind: ComponentType) -> Option<&'a Component> {
        self.get(reference)
            .filter(|component| component.kind == kind)
    }

    /// Which component somebody may have meant.
    pub fn hint(&self, reference: &str) -> String {
        let names = || {
            self.components
                .iter()
                .map(|component| component.name.as_str())
                .filter(|name| !name.is_empty())
        };
        match nearest(reference, names()) {
            Some(name) => format!("did you mean {name}?"),
            None => format!(
                "components are: {}",
                names().take(20).collect::<Vec<_>>().join(", ")
            ),
        }
    }
}
