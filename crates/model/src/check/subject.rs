//! The component under check and what is around it.

use std::borrow::Cow;

use super::known::Known;
use crate::names::normalise;
use crate::{Application, Component, ComponentType};

/// A component in its application.
pub(super) struct Subject<'a> {
    pub application: &'a Application,
    pub known: &'a Known<'a>,
    pub component: &'a Component,
    /// `None` when the document gives no type that is known; then nothing follows from it.
    pub kind: Option<ComponentType>,
}

impl Subject<'_> {
    /// The application's namespace.
    pub fn namespace(&self) -> Cow<'_, str> {
        normalise(self.application.namespace.as_deref().unwrap_or("default"))
    }

    /// For messages.
    pub fn type_name(&self) -> &'static str {
        match self.component.kind {
            ComponentType::Webservice => "webservice",
            ComponentType::Statefulservice => "statefulservice",
            ComponentType::Config => "config",
            ComponentType::Secret => "secret",
            ComponentType::Job => "job",
            ComponentType::Cronjob => "cronjob",
            ComponentType::Middleware => "middleware",
        }
    }

    /// A clone of a template's components: what it gives only overrides.
    pub fn is_clone(&self) -> bool {
        self.component.template.is_some()
    }

    /// `config` and `secret`.
    pub fn holds_data(&self) -> bool {
        matches!(
            self.kind,
            Some(ComponentType::Config | ComponentType::Secret)
        )
    }

    /// Types with a container of the author's.
    pub fn runs_image(&self) -> bool {
        self.is_service() || self.is_job()
    }

    /// `job` and `cronjob`.
    pub fn is_job(&self) -> bool {
        matches!(self.kind, Some(ComponentType::Job | ComponentType::Cronjob))
    }

    /// `webservice` and `statefulservice`.
    pub fn is_service(&self) -> bool {
        matches!(
            self.kind,
            Some(ComponentType::Webservice | ComponentType::Statefulservice)
        )
    }

    /// Whether a Service of the component's name, or one made from it, comes into being.
    pub fn has_service(&self) -> bool {
        match self.kind {
            Some(ComponentType::Statefulservice) => true,
            Some(ComponentType::Webservice) => !service_ports(self.component).is_empty(),
            _ => false,
        }
    }

    /// Most pods that run at once.
    pub fn most_pods(&self) -> i32 {
        let scaling = self
            .component
            .traits
            .as_ref()
            .and_then(|traits| traits.scaling.as_ref());
        scaling.map_or(self.component.replicas.unwrap_or(1), |scaling| scaling.max)
    }
}

/// Ports of the component's Service: those of the `service` trait, else the exposed ones (decision 16).
pub(super) fn service_ports(component: &Component) -> Vec<i32> {
    let service = component
        .traits
        .as_ref()
        .and_then(|traits| traits.service.as_ref());
    match service.filter(|service| !service.ports.is_empty()) {
        Some(service) => service.ports.iter().map(|port| port.port).collect(),
        None => {
            let ports = component
                .properties
                .iter()
                .flat_map(|properties| &properties.ports);
            ports
                .filter(|port| port.expose != Some(false))
                .map(|port| port.port)
                .collect()
        }
    }
}
