//! What can go wrong beside a task's own failure.

use kubemin_model::{FieldError, Report};
use kubemin_ports::{ClusterError, StoreError};

/// Failure of an engine call.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The cluster.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// A document that no longer passes the checks.
    #[error("the document is not valid: {}", summary(.0))]
    Document(Vec<FieldError>),
}

impl From<Report> for EngineError {
    fn from(report: Report) -> Self {
        Self::Document(report.errors)
    }
}

fn summary(errors: &[FieldError]) -> String {
    errors
        .iter()
        .map(|error| format!("{}: {}", error.path, error.message))
        .collect::<Vec<_>>()
        .join("; ")
}
