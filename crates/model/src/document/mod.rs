//! Text to a tree that remembers where every key and value stands. Never panics, never hangs, bounded in memory.

mod format;
mod json;
mod node;
mod position;
mod yaml;
mod yaml_scalar;

pub use format::Format;
pub(crate) use node::{Content, Entry, Node};
pub(crate) use position::Position;

/// Longest accepted text in bytes.
pub const MAX_BYTES: usize = 8 << 20;
/// Deepest accepted nesting; the deepest field of an application is at 14.
pub const MAX_DEPTH: usize = 128;
/// Most values in one document, aliases expanded.
pub const MAX_NODES: usize = 200_000;

/// Why a text is not a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} (line {}, column {})", at.line, at.column)]
pub(crate) struct SyntaxError {
    /// What is wrong and what to do, one sentence without a full stop.
    pub reason: String,
    /// Where.
    pub at: Position,
}

impl SyntaxError {
    fn new(at: Position, reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            at,
        }
    }
}

/// Reads one document.
pub(crate) fn parse(text: &str, format: Format) -> Result<Node, SyntaxError> {
    if text.len() > MAX_BYTES {
        let reason = format!(
            "the document has {} bytes; at most {MAX_BYTES} are accepted",
            text.len()
        );
        return Err(SyntaxError::new(Position::START, reason));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(offset) = text.find('\0') {
        return Err(SyntaxError::new(
            Position::of_offset(text, offset),
            "the document contains a NUL byte; it is no text",
        ));
    }
    match format {
        Format::Json => json::parse(text),
        Format::Yaml => yaml::parse(text),
    }
}
