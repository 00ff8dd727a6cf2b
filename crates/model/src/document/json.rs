//! JSON with comments and trailing commas. The scanner is `jsonc-parser`; what it lets pass beyond that is refused here.

use std::borrow::Cow;

use jsonc_parser::ast::{ObjectPropName, StringLit, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::position::Cursor;
use super::{Content, Entry, MAX_DEPTH, MAX_NODES, Node, Position, SyntaxError};

const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: false,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
};

pub(super) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &OPTIONS).map_err(|error| {
        let at = Position {
            line: small(error.line_display()),
            column: small(error.column_display()),
        };
        SyntaxError::new(
            at,
            format!("not valid JSON: {}", lower_first(&error.kind().to_string())),
        )
    })?;
    let Some(value) = parsed.value else {
        return Err(SyntaxError::new(
            Position::START,
            "the document is empty; an application is an object",
        ));
    };
    Builder {
        text,
        cursor: Cursor::new(text),
        nodes: 0,
    }
    .node_at_depth(value, 1)
}

struct Builder<'a> {
    text: &'a str,
    cursor: Cursor<'a>,
    nodes: usize,
}

impl Builder<'_> {
    fn node_at_depth(&mut self, value: Value, depth: usize) -> Result<Node, SyntaxError> {
        let at = self.cursor.advance_to(value.start());
        self.nodes += 1;
        if depth > MAX_DEPTH {
            return Err(too_deep(at));
        }
        if self.nodes > MAX_NODES {
            return Err(SyntaxError::new(
                at,
                format!("the document has more than {MAX_NODES} values"),
            ));
        }
        let content = match value {
            Value::NullKeyword(_) => Content::Null,
            Value::BooleanLit(literal) => Content::Bool(literal.value),
            Value::NumberLit(literal) => Content::Number(literal.value.parse().map_err(|_| {
                SyntaxError::new(at, "the number is out of range; quote it when it is text")
            })?),
            Value::StringLit(literal) => Content::Text(self.string(literal, at)?),
            Value::Array(array) => Content::List(self.list(array, depth)?),
            Value::Object(object) => Content::Map(self.map(object, depth)?),
        };
        Ok(Node { content, at })
    }

    fn list(
        &mut self,
        array: jsonc_parser::ast::Array,
        depth: usize,
    ) -> Result<Vec<Node>, SyntaxError> {
        let mut items = Vec::with_capacity(array.elements.len());
        let mut end = None;
        for element in array.elements {
            let (start, next_end) = (element.start(), element.end());
            // the scanner lets a list go on without a comma
            if end.is_some_and(|end| !has_comma(&self.text[end..start])) {
                return Err(SyntaxError::new(
                    self.cursor.advance_to(start),
                    "not valid JSON: expected comma",
                ));
            }
            items.push(self.node_at_depth(element, depth + 1)?);
            end = Some(next_end);
        }
        Ok(items)
    }

    fn map(
        &mut self,
        object: jsonc_parser::ast::Object,
        depth: usize,
    ) -> Result<Vec<Entry>, SyntaxError> {
        let mut entries = Vec::with_capacity(object.properties.len());
        for property in object.properties {
            let at = self.cursor.advance_to(property.name.start());
            let key = match property.name {
                ObjectPropName::String(literal) => self.string(literal, at)?,
                ObjectPropName::Word(word) => word.value.to_owned(),
            };
            entries.push(Entry {
                key,
                at,
                value: self.node_at_depth(property.value, depth + 1)?,
            });
        }
        Ok(entries)
    }

    fn string(&self, literal: StringLit, at: Position) -> Result<String, SyntaxError> {
        let source = &self.text[literal.range.start..literal.range.end];
        if source.bytes().any(|byte| byte < 0x20) {
            return Err(SyntaxError::new(
                at,
                "not valid JSON: a string runs over a line end or holds a control character; write it as \\n or \\u00…",
            ));
        }
        if literal.value.contains('\0') {
            return Err(SyntaxError::new(
                at,
                "the string contains a NUL character, which Kubernetes accepts nowhere",
            ));
        }
        Ok(literal.value.into_owned())
    }
}

/// Whether the text between two elements holds a comma outside of comments.
fn has_comma(gap: &str) -> bool {
    let mut rest = Cow::Borrowed(gap);
    while let Some(start) = rest.find('/') {
        if rest[..start].contains(',') {
            return true;
        }
        let comment = &rest[start..];
        let end = if comment.starts_with("//") {
            comment.find('\n')
        } else {
            comment.find("*/").map(|end| end + 1)
        };
        rest = Cow::Owned(end.map_or(String::new(), |end| comment[end + 1..].to_owned()));
    }
    rest.contains(',')
}

fn too_deep(at: Position) -> SyntaxError {
    SyntaxError::new(
        at,
        format!("the document is nested deeper than {MAX_DEPTH} levels"),
    )
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
