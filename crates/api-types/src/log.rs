//! Log lines.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A line of a container's log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// Pod.
    pub pod: String,
    /// Container.
    pub container: String,
    /// Text without the line end.
    pub text: String,
}
