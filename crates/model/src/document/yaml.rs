//! YAML 1.2 from the events of `granit-parser`, with budgets of our own: depth, values and text after alias expansion.

use std::collections::HashMap;

use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use super::yaml_scalar::resolve;
use super::{Content, Entry, MAX_BYTES, MAX_DEPTH, MAX_NODES, Node, Position, SyntaxError};

pub(super) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let mut options = granit_parser::options! { block_nesting_limit: 2 * MAX_DEPTH, flow_nesting_limit: 2 * MAX_DEPTH };
    options.set_emit_comments(false);
    let mut builder = Builder::default();
    for item in Parser::new_from_str_with_options(text, options) {
        let (event, span) = item.map_err(|error| of_scan_error(&error))?;
        builder.take(event, position(&span.start))?;
    }
    match builder.root {
        Some(root) if !root.is_null() => Ok(root),
        _ => Err(SyntaxError::new(
            Position::START,
            "the document is empty; an application is an object",
        )),
    }
}

/// A collection that is not closed yet.
struct Open {
    anchor: usize,
    at: Position,
    /// Values inside, itself included.
    nodes: usize,
    kind: Kind,
}

enum Kind {
    List(Vec<Node>),
    Map(Vec<Entry>, Option<(String, Position)>),
}

/// A node that an alias can repeat, and what it costs.
struct Anchored {
    node: Node,
    nodes: usize,
    bytes: usize,
}

#[derive(Default)]
struct Builder {
    root: Option<Node>,
    documents: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
    /// Values kept for aliases, a copy per anchor.
    anchored_nodes: usize,
    alias_bytes: usize,
}

impl Builder {
    fn take(&mut self, event: Event, at: Position) -> Result<(), SyntaxError> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(SyntaxError::new(
                        at,
                        "the text holds several documents; give one application a file",
                    ));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                refuse_tag(tag.is_some(), at)?;
                self.scalar(&text, style, anchor, at)
            }
            Event::SequenceStart(_, anchor, tag) => {
                refuse_tag(tag.is_some(), at)?;
                self.begin(Open {
                    anchor,
                    at,
                    nodes: 1,
                    kind: Kind::List(Vec::new()),
                })
            }
            Event::MappingStart(_, anchor, tag) => {
                refuse_tag(tag.is_some(), at)?;
                self.begin(Open {
                    anchor,
                    at,
                    nodes: 1,
                    kind: Kind::Map(Vec::new(), None),
                })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(anchor, at),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        at: Position,
    ) -> Result<(), SyntaxError> {
        if text.contains('\0') {
            return Err(SyntaxError::new(
                at,
                "the string contains a NUL character, which Kubernetes accepts nowhere",
            ));
        }
        if let Some(Open {
            kind: Kind::Map(_, key @ None),
            ..
        }) = self.open.last_mut()
        {
            if text == "<<" && matches!(style, ScalarStyle::Plain) {
                return Err(SyntaxError::new(
                    at,
                    "merge keys (<<) are not part of YAML 1.2; write the fields out",
                ));
            }
            *key = Some((text.to_owned(), at));
            return Ok(());
        }
        let content = match style {
            ScalarStyle::Plain => resolve(text).ok_or_else(|| {
                SyntaxError::new(at, "the number is out of range; quote it when it is text")
            })?,
            _ => Content::Text(text.to_owned()),
        };
        self.place(Node { content, at }, anchor, 1)
    }

    fn begin(&mut self, collection: Open) -> Result<(), SyntaxError> {
        if let Some(Open {
            kind: Kind::Map(_, None),
            ..
        }) = self.open.last()
        {
            return Err(SyntaxError::new(collection.at, "a key must be a string"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(SyntaxError::new(
                collection.at,
                format!("the document is nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        self.open.push(collection);
        Ok(())
    }

    fn end(&mut self) -> Result<(), SyntaxError> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let content = match open.kind {
            Kind::List(items) => Content::List(items),
            Kind::Map(entries, _) => Content::Map(entries),
        };
        self.place(
            Node {
                content,
                at: open.at,
            },
            open.anchor,
            open.nodes,
        )
    }

    fn alias(&mut self, anchor: usize, at: Position) -> Result<(), SyntaxError> {
        if let Some(Open {
            kind: Kind::Map(_, None),
            ..
        }) = self.open.last()
        {
            return Err(SyntaxError::new(
                at,
                "a key must be written out, not an alias",
            ));
        }
        let Some(target) = self.anchors.get(&anchor) else {
            return Err(SyntaxError::new(
                at,
                "the alias stands inside the value it refers to, or refers to a key",
            ));
        };
        self.nodes += target.nodes;
        self.alias_bytes += target.bytes;
        if self.nodes > MAX_NODES || self.alias_bytes > MAX_BYTES {
            return Err(SyntaxError::new(
                at,
                format!(
                    "aliases make the document larger than {MAX_NODES} values or {MAX_BYTES} bytes"
                ),
            ));
        }
        if self.open.len() + depth(&target.node) > MAX_DEPTH {
            return Err(SyntaxError::new(
                at,
                format!("the document is nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        let node = Node {
            content: target.node.content.clone(),
            at,
        };
        let nodes = target.nodes;
        self.put(node, nodes);
        Ok(())
    }

    /// Puts a finished value where it belongs and remembers it for aliases.
    fn place(&mut self, node: Node, anchor: usize, nodes: usize) -> Result<(), SyntaxError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(SyntaxError::new(
                node.at,
                format!("the document has more than {MAX_NODES} values"),
            ));
        }
        if anchor != 0 {
            self.anchored_nodes += nodes;
            if self.anchored_nodes > MAX_NODES {
                return Err(SyntaxError::new(
                    node.at,
                    format!("anchors hold more than {MAX_NODES} values"),
                ));
            }
            self.anchors.insert(
                anchor,
                Anchored {
                    bytes: text_bytes(&node),
                    node: node.clone(),
                    nodes,
                },
            );
        }
        self.put(node, nodes);
        Ok(())
    }

    fn put(&mut self, node: Node, nodes: usize) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(parent) => {
                parent.nodes += nodes;
                match &mut parent.kind {
                    Kind::List(items) => items.push(node),
                    Kind::Map(entries, key) => {
                        if let Some((key, at)) = key.take() {
                            entries.push(Entry {
                                key,
                                at,
                                value: node,
                            });
                        }
                    }
                }
            }
        }
    }
}

fn refuse_tag(tagged: bool, at: Position) -> Result<(), SyntaxError> {
    if tagged {
        Err(SyntaxError::new(
            at,
            "tags (!…) are not accepted; quote a value to make it a string",
        ))
    } else {
        Ok(())
    }
}

fn depth(node: &Node) -> usize {
    match &node.content {
        Content::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Content::Map(entries) => {
            1 + entries
                .iter()
                .map(|entry| depth(&entry.value))
                .max()
                .unwrap_or(0)
        }
        _ => 1,
    }
}

fn text_bytes(node: &Node) -> usize {
    match &node.content {
        Content::Text(text) => text.len(),
        Content::List(items) => items.iter().map(text_bytes).sum(),
        Content::Map(entries) => entries
            .iter()
            .map(|entry| entry.key.len() + text_bytes(&entry.value))
            .sum(),
        _ => 0,
    }
}

fn position(marker: &Marker) -> Position {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position {
        line: small(marker.line().max(1)),
        column: small(marker.col().saturating_add(1)),
    }
}

fn of_scan_error(error: &ScanError) -> SyntaxError {
    SyntaxError::new(
        position(error.marker()),
        format!("not valid YAML: {}", error.info()),
    )
}
