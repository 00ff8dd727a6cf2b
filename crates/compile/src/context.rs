//! What a trait processor may look at.

use kubemin_model::{Application, Component, Policies};
use kubemin_objects::ClusterFacts;

use crate::numbering::Unnamed;

/// The application that is compiled.
pub struct App<'a> {
    /// The checked document.
    pub document: &'a Application,
    /// Application id (decision 8).
    pub id: &'a str,
    /// Normalised name.
    pub name: &'a str,
    /// Namespace of every component.
    pub namespace: &'a str,
    /// Version, object metadata only (decision 37).
    pub version: &'a str,
    /// What is known about the cluster and the platform.
    pub facts: &'a ClusterFacts,
}

impl<'a> App<'a> {
    /// The component of this normalised name.
    pub fn component(&self, name: &str) -> Option<&'a Component> {
        self.document
            .components
            .iter()
            .find(|component| component.name == name)
    }
}

/// The component an object is made for.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    /// The application.
    pub app: &'a App<'a>,
    /// The component.
    pub component: &'a Component,
    /// Place of the component in the document.
    pub index: usize,
}

impl Owner<'_> {
    /// Canonical path of a field of the component: `components[1].name`.
    pub fn path(&self, field: &str) -> String {
        format!("components[{}].{field}", self.index)
    }
}

/// One set of traits: the component's own, or those of an init or sidecar container.
pub struct Context<'a> {
    /// Application and component.
    pub owner: Owner<'a>,
    /// Policies that hold for the component.
    pub policies: &'a Policies,
    /// Canonical path of the set, `components[0].traits.init[1].traits`.
    pub path: String,
    /// Whether the set belongs to an init or sidecar container.
    pub nested: bool,
    /// Unnamed `rbac` and `ingress` entries of the component that come before this set (decision 12).
    pub unnamed_before: Unnamed,
}

impl<'a> Context<'a> {
    /// The component's own traits.
    pub fn of_component(owner: Owner<'a>, policies: &'a Policies) -> Self {
        Self {
            owner,
            policies,
            path: owner.path("traits"),
            nested: false,
            unnamed_before: Unnamed::default(),
        }
    }

    /// The traits of the init or sidecar container at `place`, e.g. `init[0]`.
    pub fn nested(&self, place: &str, unnamed_before: Unnamed) -> Context<'a> {
        Context {
            owner: self.owner,
            policies: self.policies,
            path: format!("{}.{place}.traits", self.path),
            nested: true,
            unnamed_before,
        }
    }

    /// Name of the component.
    pub fn component_name(&self) -> &'a str {
        &self.owner.component.name
    }

    /// Canonical path of an entry or field below this set: `components[0].traits.storage[1]`.
    pub fn at(&self, place: &str) -> String {
        format!("{}.{place}", self.path)
    }
}
