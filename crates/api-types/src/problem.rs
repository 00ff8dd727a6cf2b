//! Errors: `application/problem+json` (RFC 9457).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a request was not done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// URI of the kind of problem, `urn:kubemin:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short words for people, the same for every problem of this code.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable word in `kebab-case` for programs.
    pub code: String,
    /// What happened here and what to do about it.
    pub detail: String,
    /// Every field that is wrong, all at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Finds the request in the server's log.
    pub trace_id: String,
    /// Numeric code of the API this one grew out of, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_code: Option<u32>,
}

/// What is wrong, or worth knowing, at one place of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldProblem {
    /// Path in the document's own spelling, `components[2].traits.storage[0].mountPath`; empty for the whole document.
    pub path: String,
    /// Stable word in `kebab-case`.
    pub code: String,
    /// What is wrong and why.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Line in the text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in the text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}
