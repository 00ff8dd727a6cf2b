//! Wording of "this is not what belongs here".

use super::compiled::{Schema, Shape};
use super::spelling::nearest;
use crate::document::{Content, Node};

/// What belongs at a place.
pub(super) fn wanted(schema: &Schema, shape: &Shape) -> String {
    match shape {
        Shape::Any => "any value".into(),
        Shape::Text => "a string".into(),
        Shape::Bool => "true or false".into(),
        Shape::Integer { .. } => "a whole number".into(),
        Shape::TextOrNumber => "a string or a number".into(),
        Shape::Choice { values, .. } => format!("one of {}", values.join(", ")),
        Shape::List(_) => "a list".into(),
        Shape::Free(_) => "an object of names and values".into(),
        Shape::Record(index) => match schema.record(*index).list_field {
            Some(_) => "a list of steps or an object".into(),
            None => "an object".into(),
        },
    }
}

/// How to mend a value of the wrong kind. Values are not repeated: they may be secret.
pub(super) fn remedy(shape: &Shape, node: &Node) -> Option<String> {
    match (shape, &node.content) {
        (Shape::Text, Content::Number(_) | Content::Bool(_)) => {
            Some("put it in double quotes".into())
        }
        (Shape::Integer { .. } | Shape::Bool, Content::Text(text))
            if text.len() <= 32 && !text.is_empty() =>
        {
            Some("remove the quotes".into())
        }
        (Shape::Text, Content::Null) => Some("write \"\" for an empty string".into()),
        (Shape::List(item), Content::Text(_)) if matches!(**item, Shape::Text) => {
            Some("write each word as an element: [\"…\", \"…\"]; no shell splits it".into())
        }
        (Shape::List(_), Content::Map(_)) => Some("put it in a list: [{…}]".into()),
        (Shape::Record(_) | Shape::Free(_), Content::List(_)) => {
            Some("write an object: {…}".into())
        }
        _ => None,
    }
}

/// Which of the known values was meant.
pub(super) fn choice_hint(values: &[String], written: &str) -> Option<String> {
    nearest(written, values.iter().map(String::as_str))
        .map(|value| format!("did you mean {value}?"))
}
