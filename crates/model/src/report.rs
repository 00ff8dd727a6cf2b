//! What is wrong with a document, all at once (app-plane §6; decision 1).

use serde::{Deserialize, Serialize};

/// Every error and warning about one document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Reasons to refuse the document.
    pub errors: Vec<FieldError>,
    /// Things the author should know; the document is accepted.
    pub warnings: Vec<FieldError>,
}

/// Cuts a message: it may quote from the document, and the document may be large.
pub(crate) fn shortened(message: &str) -> String {
    const LIMIT: usize = 600;
    match message.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

/// One finding at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Dotted path in the document's own spelling, `components[2].traits.storage[0].mountPath` (decision 1).
    /// Empty when the whole text is meant.
    pub path: String,
    /// Stable code in `kebab-case`, e.g. `unknown-field`, `missing-field`, `duplicate-name`.
    pub code: String,
    /// What is wrong and why, one sentence.
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
