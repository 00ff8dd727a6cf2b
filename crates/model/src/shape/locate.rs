//! Canonical paths back to the document's own spelling, with line and column.

use super::compiled::{Shape, schema};
use super::trail::{push_index, push_name};
use crate::document::{Content, Node, Position};

/// A path as the document writes it.
pub(crate) struct Located {
    pub path: String,
    /// Of the key, or of the nearest enclosing value when the field is absent.
    pub at: Position,
}

/// Follows a canonical path through a document as far as the document goes.
pub(crate) fn locate(root: &Node, canonical: &str) -> Located {
    let mut located = Located {
        path: String::new(),
        at: root.at,
    };
    let mut node = Some(root);
    let mut shape = &Shape::Record(0);
    let mut rest = canonical;
    while let Some((segment, after)) = next_segment(rest) {
        rest = after;
        (node, shape) = match segment {
            Segment::Index(index) => {
                push_index(&mut located.path, index);
                let item = match node.map(|node| &node.content) {
                    Some(Content::List(items)) => items.get(index),
                    _ => None,
                };
                located.at = item.map_or(located.at, |item| item.at);
                (
                    item,
                    if let Shape::List(shape) = shape {
                        shape
                    } else {
                        &Shape::Any
                    },
                )
            }
            Segment::Name(name) => named(&mut located, node, shape, &name),
        };
    }
    located
}

fn named<'a>(
    located: &mut Located,
    node: Option<&'a Node>,
    shape: &'static Shape,
    name: &str,
) -> (Option<&'a Node>, &'static Shape) {
    let record = if let Shape::Record(index) = shape {
        Some(schema().record(*index))
    } else {
        None
    };
    let field = record
        .and_then(|record| record.field(name))
        .map(|(_, field)| field);
    let inner = match (shape, field) {
        (_, Some(field)) => &field.shape,
        (Shape::Free(item), None) => item,
        _ => &Shape::Any,
    };
    // a bare list stands for the record's list field, which the document does not write
    if record.is_some_and(|record| record.list_field.is_some())
        && node.is_some_and(|node| matches!(node.content, Content::List(_)))
    {
        return (node, inner);
    }
    let entry = match node.map(|node| &node.content) {
        Some(Content::Map(entries)) => entries.iter().find(|entry| {
            entry.key == name
                || field.is_some_and(|field| {
                    entry.key == field.name || field.spellings.contains(&entry.key)
                })
        }),
        _ => None,
    };
    push_name(&mut located.path, entry.map_or(name, |entry| &entry.key));
    located.at = entry.map_or(located.at, |entry| entry.at);
    (entry.map(|entry| &entry.value), inner)
}

enum Segment {
    Name(String),
    Index(usize),
}

/// Splits the first segment off: `name`, `[3]` or `["ke.y"]`.
fn next_segment(path: &str) -> Option<(Segment, &str)> {
    let path = path.strip_prefix('.').unwrap_or(path);
    if path.is_empty() {
        return None;
    }
    let Some(bracket) = path.strip_prefix('[') else {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        return Some((Segment::Name(path[..end].to_owned()), &path[end..]));
    };
    if let Some(quoted) = bracket.strip_prefix('"') {
        let end = quoted.find("\"]")?;
        let key = serde_json::from_str(&format!("\"{}\"", &quoted[..end]))
            .unwrap_or_else(|_| quoted[..end].to_owned());
        return Some((Segment::Name(key), &quoted[end + 2..]));
    }
    let end = bracket.find(']')?;
    Some((
        Segment::Index(bracket[..end].parse().ok()?),
        &bracket[end + 1..],
    ))
}
