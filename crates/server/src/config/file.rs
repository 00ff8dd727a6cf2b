//! The YAML file as the texts that stand in it, each with its place.
//!
//! Values stay as they are written (`60s`, `0042`, `yes`): only the setting knows what its text means.

use granit_parser::{Event, Marker, Parser, ScalarStyle};

/// A value of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Dotted path of the key.
    pub path: String,
    pub value: Value,
    pub at: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    List(Vec<String>),
    /// Nothing: `key:` or `key: null` or `key: {}`.
    Empty,
}

/// Line and column, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub line: usize,
    pub column: usize,
}

/// Why a text is no file of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub at: Place,
    pub reason: String,
}

/// A file of settings is far smaller; anything larger is another file.
const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 16;

/// Reads a file of settings; an empty one holds none.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, Unreadable> {
    let start = Place { line: 1, column: 1 };
    if text.len() > MAX_BYTES {
        return refuse(start, "the file is larger than 1 MiB");
    }
    let mut options =
        granit_parser::options! { block_nesting_limit: MAX_DEPTH, flow_nesting_limit: MAX_DEPTH };
    options.set_emit_comments(false);
    let mut events = Vec::new();
    for item in Parser::new_from_str_with_options(text, options) {
        let (event, span) = item.map_err(|error| Unreadable {
            at: place(error.marker()),
            reason: error.info().to_string(),
        })?;
        events.push((event, place(&span.start)));
    }
    let mut reader = Reader {
        events: events.into_iter().peekable(),
        entries: Vec::new(),
    };
    reader.stream()?;
    Ok(reader.entries)
}

struct Reader<'a, I: Iterator<Item = (Event<'a>, Place)>> {
    events: std::iter::Peekable<I>,
    entries: Vec<Entry>,
}

impl<'a, I: Iterator<Item = (Event<'a>, Place)>> Reader<'a, I> {
    fn stream(&mut self) -> Result<(), Unreadable> {
        let mut documents = 0;
        while let Some((event, at)) = self.events.next() {
            match event {
                Event::DocumentStart(..) if documents > 0 => {
                    return refuse(at, "the file holds several documents");
                }
                Event::DocumentStart(..) => documents += 1,
                Event::MappingStart(..) => self.mapping("")?,
                Event::Scalar(text, ScalarStyle::Plain, ..) if is_nothing(&text) => {}
                Event::Scalar(..) | Event::SequenceStart(..) => {
                    return refuse(
                        at,
                        "the file must hold sections with settings, e.g. workflow:",
                    );
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What follows the start of a mapping, with its end.
    fn mapping(&mut self, path: &str) -> Result<(), Unreadable> {
        while let Some((event, at)) = self.events.next() {
            let key = match event {
                Event::MappingEnd => break,
                Event::Scalar(key, ..) => key.to_string(),
                _ => return refuse(at, "a key must be a name"),
            };
            let inner = if path.is_empty() {
                key
            } else {
                format!("{path}.{key}")
            };
            self.value(inner, at)?;
        }
        Ok(())
    }

    fn value(&mut self, path: String, key_at: Place) -> Result<(), Unreadable> {
        let Some((event, at)) = self.events.next() else {
            return refuse(key_at, "the file ends in the middle of a setting");
        };
        let value = match event {
            Event::Scalar(_, _, _, Some(_)) => return refuse(at, "tags are not accepted"),
            Event::Scalar(text, ScalarStyle::Plain, ..) if is_nothing(&text) => Value::Empty,
            Event::Scalar(text, ..) => Value::Text(text.to_string()),
            Event::SequenceStart(..) => Value::List(self.list()?),
            Event::MappingStart(..) => {
                if !matches!(self.events.peek(), Some((Event::MappingEnd, _))) {
                    return self.mapping(&path);
                }
                self.events.next();
                Value::Empty
            }
            Event::Alias(_) => return refuse(at, "aliases are not accepted; write the value out"),
            _ => return refuse(at, "this is no value"),
        };
        self.entries.push(Entry {
            path,
            value,
            at: key_at,
        });
        Ok(())
    }

    fn list(&mut self) -> Result<Vec<String>, Unreadable> {
        let mut items = Vec::new();
        for (event, at) in self.events.by_ref() {
            match event {
                Event::SequenceEnd => break,
                Event::Scalar(text, ..) => items.push(text.to_string()),
                _ => return refuse(at, "a list of settings holds texts only"),
            }
        }
        Ok(items)
    }
}

fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "~" | "null")
}

fn refuse<T>(at: Place, reason: &str) -> Result<T, Unreadable> {
    Err(Unreadable {
        at,
        reason: reason.to_owned(),
    })
}

fn place(marker: &Marker) -> Place {
    Place {
        line: marker.line().max(1),
        column: marker.col() + 1,
    }
}
