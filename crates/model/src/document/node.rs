//! The tree of a document.

use serde_json::{Number, Value};

use super::Position;

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub content: Content,
    pub at: Position,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    /// Entries in written order; a key may be there twice.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub key: String,
    pub at: Position,
    pub value: Node,
}

impl Node {
    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self.content {
            Content::Null => "null",
            Content::Bool(_) => "a boolean",
            Content::Number(_) => "a number",
            Content::Text(_) => "a string",
            Content::List(_) => "a list",
            Content::Map(_) => "an object",
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.content, Content::Null)
    }

    /// The plain value of anything but a list or an object.
    pub fn scalar(&self) -> Value {
        match &self.content {
            Content::Bool(value) => Value::Bool(*value),
            Content::Number(value) => Value::Number(value.clone()),
            Content::Text(value) => Value::String(value.clone()),
            Content::Null | Content::List(_) | Content::Map(_) => Value::Null,
        }
    }
}
