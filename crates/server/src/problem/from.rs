//! Errors of the inner crates as refusals. Words of a database never leave the server.

use kubemin_api_types::FieldProblem;
use kubemin_engine::EngineError;
use kubemin_model::{FieldError, Report};
use kubemin_ports::{ClusterError, StoreError};
use tracing::error;

use super::kinds::{
    CLUSTER_REFUSED, CONFLICT, INTERNAL, INVALID_DOCUMENT, NO_APPLICATION, NO_CLUSTER, NO_DATABASE,
    NO_REVISION, NO_TASK, NOT_FOUND,
};
use super::refusal::Refusal;

/// Findings about a document, as they are answered.
pub(crate) fn field_problems(errors: Vec<FieldError>) -> Vec<FieldProblem> {
    errors.into_iter().map(field_problem).collect()
}

fn field_problem(error: FieldError) -> FieldProblem {
    FieldProblem {
        path: error.path,
        code: error.code,
        message: error.message,
        hint: error.hint,
        line: error.line,
        column: error.column,
    }
}

impl From<Report> for Refusal {
    fn from(report: Report) -> Self {
        invalid(report.errors)
    }
}

fn invalid(errors: Vec<FieldError>) -> Refusal {
    let detail = match errors.as_slice() {
        [only] => format!(
            "{}: {}",
            if only.path.is_empty() {
                "document"
            } else {
                &only.path
            },
            only.message
        ),
        many => format!("{} things are wrong with the document", many.len()),
    };
    Refusal::new(&INVALID_DOCUMENT, detail)
        .with_errors(field_problems(errors))
        .business(10000)
}

impl From<StoreError> for Refusal {
    fn from(fault: StoreError) -> Self {
        match fault {
            StoreError::NotFound(what) => not_found(&what),
            StoreError::Conflict(why) => Self::new(&CONFLICT, why),
            StoreError::Fenced(_) => Self::new(&CONFLICT, fault.to_string()),
            StoreError::Unavailable(_) => {
                error!(%fault, "the database does not answer");
                Self::new(&NO_DATABASE, "the database does not answer; try again").retry_after(2)
            }
            StoreError::Corrupt(_) => {
                error!(%fault, "stored data cannot be read");
                Self::new(
                    &INTERNAL,
                    "stored data cannot be read; the server's log says more",
                )
            }
        }
    }
}

/// The store names what is missing as `kind id`.
fn not_found(what: &str) -> Refusal {
    let detail = format!("{what} not found");
    match what.split_once(' ').map_or(what, |(kind, _)| kind) {
        "application" => Refusal::new(&NO_APPLICATION, detail).business(10005),
        "revision" => Refusal::new(&NO_REVISION, detail),
        "task" => Refusal::new(&NO_TASK, detail).business(20006),
        _ => Refusal::new(&NOT_FOUND, detail),
    }
}

impl From<ClusterError> for Refusal {
    fn from(fault: ClusterError) -> Self {
        match fault {
            ClusterError::Unavailable(_) => {
                Self::new(&NO_CLUSTER, fault.to_string()).retry_after(5)
            }
            ClusterError::Refused { .. } | ClusterError::Conflict { .. } => {
                Self::new(&CLUSTER_REFUSED, fault.to_string())
            }
        }
    }
}

impl From<EngineError> for Refusal {
    fn from(fault: EngineError) -> Self {
        match fault {
            EngineError::Store(fault) => fault.into(),
            EngineError::Cluster(fault) => fault.into(),
            EngineError::Document(errors) => invalid(errors),
        }
    }
}
