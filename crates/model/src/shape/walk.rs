//! The walk over a document: canonical JSON on one side, every fault of form on the other.

use serde_json::{Map, Value};

use super::compiled::{Field, Record, Schema, Shape, schema};
use super::expected::{choice_hint, remedy, wanted};
use super::faults::Faults;
use super::spelling::nearest;
use super::trail::{Link, Trail};
use crate::FieldError;
use crate::document::{Content, Entry, Node, Position};
use crate::report::shortened;

/// What came out of the walk.
pub(crate) struct Shaped {
    /// Canonical document. It always fits the types: what was faulty is left out or replaced by an empty value.
    pub value: Value,
    pub errors: Vec<FieldError>,
    /// Canonical paths of the faults.
    pub faults: Faults,
}

/// Compares a document with the fields of an application.
pub(crate) fn shape(root: &Node) -> Shaped {
    let mut walk = Walk {
        schema: schema(),
        errors: Vec::new(),
        faults: Faults::default(),
    };
    let value = walk.value(&Shape::Record(0), root, &Trail::ROOT);
    Shaped {
        value,
        errors: walk.errors,
        faults: walk.faults,
    }
}

struct Walk {
    schema: &'static Schema,
    errors: Vec<FieldError>,
    faults: Faults,
}

impl Walk {
    fn fault(
        &mut self,
        trail: &Trail,
        at: Position,
        code: &str,
        message: String,
        hint: Option<String>,
    ) {
        self.faults.add(trail.canonical());
        self.errors.push(FieldError {
            path: trail.written(),
            code: code.to_owned(),
            message: shortened(&message),
            hint,
            line: Some(at.line),
            column: Some(at.column),
        });
    }

    fn value(&mut self, shape: &Shape, node: &Node, trail: &Trail) -> Value {
        match (shape, &node.content) {
            (Shape::Any, Content::List(nodes)) => self.list(shape, nodes, trail),
            (Shape::Any, Content::Map(entries)) => self.free(shape, entries, trail),
            (Shape::Any, _) => node.scalar(),
            (Shape::Text | Shape::TextOrNumber, Content::Text(text)) => Value::String(text.clone()),
            (Shape::TextOrNumber, Content::Number(number)) => Value::Number(number.clone()),
            (Shape::Bool, Content::Bool(value)) => Value::Bool(*value),
            (Shape::Integer { min, max }, Content::Number(number)) => {
                self.integer(number, (*min, *max), node, trail)
            }
            (Shape::Choice { values, aliases }, Content::Text(text)) => {
                self.choice(values, aliases, text, node, trail)
            }
            (Shape::List(item), Content::List(nodes)) => self.list(item, nodes, trail),
            (Shape::Free(item), Content::Map(entries)) => self.free(item, entries, trail),
            (Shape::Record(index), Content::Map(entries)) => {
                self.record(self.schema.record(*index), entries, node.at, trail)
            }
            (Shape::Record(index), Content::List(_))
                if self.schema.record(*index).list_field.is_some() =>
            {
                let record = self.schema.record(*index);
                let field = &record.fields[record.list_field.unwrap_or_default()];
                let value = self.value(&field.shape, node, &trail.then(Link::Implied(&field.name)));
                Value::Object(Map::from_iter([(field.name.clone(), value)]))
            }
            _ => {
                let message = format!(
                    "expected {}, found {}",
                    wanted(self.schema, shape),
                    node.kind()
                );
                self.fault(trail, node.at, "wrong-type", message, remedy(shape, node));
                self.empty(shape)
            }
        }
    }

    fn integer(
        &mut self,
        number: &serde_json::Number,
        (min, max): (i64, i64),
        node: &Node,
        trail: &Trail,
    ) -> Value {
        let message = match number.as_i64() {
            Some(value) if (min..=max).contains(&value) => return Value::from(value),
            Some(_)
                if max == i64::from(i32::MAX)
                    && number.as_i64().is_some_and(|value| value < min) =>
            {
                format!("{number} is too small; the least is {min}")
            }
            None if number.is_f64() => format!("{number} is no whole number"),
            _ => format!("{number} is out of range; it must be from {min} to {max}"),
        };
        self.fault(trail, node.at, "out-of-range", message, None);
        Value::from(0)
    }

    fn choice(
        &mut self,
        values: &[String],
        aliases: &[String],
        text: &str,
        node: &Node,
        trail: &Trail,
    ) -> Value {
        if !values.iter().chain(aliases).any(|value| value == text) {
            let message = format!(
                "{text:?} is not known; it must be one of {}",
                values.join(", ")
            );
            self.fault(
                trail,
                node.at,
                "unknown-value",
                message,
                choice_hint(values, text),
            );
            return values
                .first()
                .map_or(Value::Null, |first| Value::String(first.clone()));
        }
        Value::String(text.to_owned())
    }

    fn list(&mut self, item: &Shape, nodes: &[Node], trail: &Trail) -> Value {
        let items = nodes.iter().enumerate();
        Value::Array(
            items
                .map(|(index, node)| self.value(item, node, &trail.then(Link::Index(index))))
                .collect(),
        )
    }

    fn free(&mut self, item: &Shape, entries: &[Entry], trail: &Trail) -> Value {
        let mut map = Map::new();
        for entry in entries {
            let place = trail.then(Link::Key(&entry.key));
            if map.contains_key(&entry.key) {
                self.fault(
                    &place,
                    entry.at,
                    "duplicate-key",
                    format!("the key {:?} is there twice", entry.key),
                    None,
                );
                continue;
            }
            let value = self.value(item, &entry.value, &place);
            map.insert(entry.key.clone(), value);
        }
        Value::Object(map)
    }

    fn record(
        &mut self,
        record: &'static Record,
        entries: &[Entry],
        at: Position,
        trail: &Trail,
    ) -> Value {
        let mut map = Map::new();
        let mut seen: Vec<Option<&Entry>> = vec![None; record.fields.len()];
        for entry in entries {
            let Some((index, field)) = record.field(&entry.key) else {
                self.unknown_field(record, entry, trail);
                continue;
            };
            let place = trail.then(Link::Field(&field.name, &entry.key));
            if let Some(first) = seen[index] {
                self.twice(first, entry, &place);
                continue;
            }
            seen[index] = Some(entry);
            if !entry.value.is_null() {
                let value = self.value(&field.shape, &entry.value, &place);
                map.insert(field.name.clone(), value);
            }
        }
        for (field, seen) in record.fields.iter().zip(&seen) {
            if field.required && !map.contains_key(&field.name) {
                let written = seen.map_or(field.name.as_str(), |entry| entry.key.as_str());
                let at = seen.map_or(at, |entry| entry.at);
                self.missing(field, at, &trail.then(Link::Field(&field.name, written)));
                map.insert(field.name.clone(), self.empty(&field.shape));
            }
        }
        Value::Object(map)
    }

    fn unknown_field(&mut self, record: &Record, entry: &Entry, trail: &Trail) {
        let hint = self.place_for(record, &entry.key);
        let message = format!(
            "the field {:?} is not known in {}",
            entry.key,
            article(&record.name)
        );
        self.fault(
            &trail.then(Link::Key(&entry.key)),
            entry.at,
            "unknown-field",
            message,
            Some(hint),
        );
    }

    /// Where the author may have wanted the key: under a similar name, or one level deeper.
    fn place_for(&self, record: &Record, key: &str) -> String {
        let inner = record.fields.iter().find(|field| match field.shape {
            Shape::Record(index) => self.schema.record(index).field(key).is_some(),
            _ => false,
        });
        let names = || record.fields.iter().map(|field| field.name.as_str());
        match (inner, nearest(key, names())) {
            (Some(field), _) => format!("it belongs into {}", field.name),
            (None, Some(name)) => format!("did you mean {name}?"),
            (None, None) => format!("known here: {}", names().collect::<Vec<_>>().join(", ")),
        }
    }

    fn twice(&mut self, first: &Entry, second: &Entry, place: &Trail) {
        let message = if first.key == second.key {
            format!(
                "the field {:?} is there twice, first in line {}",
                second.key, first.at.line
            )
        } else {
            format!(
                "{:?} and {:?} (line {}) are the same field",
                second.key, first.key, first.at.line
            )
        };
        self.fault(
            place,
            second.at,
            "duplicate-field",
            message,
            Some("keep one of them".into()),
        );
    }

    fn missing(&mut self, field: &Field, at: Position, place: &Trail) {
        let message = match &field.shape {
            Shape::Choice { values, .. } => format!(
                "{} is missing; it must be one of {}",
                field.name,
                values.join(", ")
            ),
            shape => format!(
                "{} is missing; it must be {}",
                field.name,
                wanted(self.schema, shape)
            ),
        };
        self.fault(place, at, "missing-field", message, None);
    }

    /// A value that fits the type and says nothing.
    fn empty(&self, shape: &Shape) -> Value {
        match shape {
            Shape::Any => Value::Null,
            Shape::Text | Shape::TextOrNumber => Value::String(String::new()),
            Shape::Bool => Value::Bool(false),
            Shape::Integer { .. } => Value::from(0),
            Shape::Choice { values, .. } => values
                .first()
                .map_or(Value::Null, |first| Value::String(first.clone())),
            Shape::List(_) => Value::Array(Vec::new()),
            Shape::Free(_) => Value::Object(Map::new()),
            Shape::Record(index) => {
                let required = self
                    .schema
                    .record(*index)
                    .fields
                    .iter()
                    .filter(|field| field.required);
                Value::Object(
                    required
                        .map(|field| (field.name.clone(), self.empty(&field.shape)))
                        .collect(),
                )
            }
        }
    }
}

/// `Storage` → "a storage", `Application` → "an application".
fn article(record: &str) -> String {
    let words = super::spelling::snake_case(record).replace('_', " ");
    if words.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("an {words}")
    } else {
        format!("a {words}")
    }
}
