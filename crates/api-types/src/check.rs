//! Answer of `try`: checked, nothing stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::FieldProblem;

/// What a document was found to be (decision 2: also `validate -o json`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Whether the document would be accepted.
    pub valid: bool,
    /// Reasons to refuse it.
    pub errors: Vec<FieldProblem>,
    /// What its author should know.
    pub warnings: Vec<FieldProblem>,
}
