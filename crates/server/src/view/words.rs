//! Words of the wire for things that have none of their own.

use kubemin_model::{ComponentType, Mode};

/// The word of a component type.
pub(crate) fn type_word(kind: ComponentType) -> &'static str {
    match kind {
        ComponentType::Webservice => "webservice",
        ComponentType::Statefulservice => "statefulservice",
        ComponentType::Config => "config",
        ComponentType::Secret => "secret",
        ComponentType::Job => "job",
        ComponentType::Cronjob => "cronjob",
        ComponentType::Middleware => "middleware",
    }
}

/// The word of a mode.
pub(crate) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::StepByStep => "StepByStep",
        Mode::Dag => "DAG",
    }
}
