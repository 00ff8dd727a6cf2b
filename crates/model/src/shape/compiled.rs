//! The JSON Schema of an application as a compact tree, compiled once.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::spelling::snake_case;

/// Extension of a field's schema: further accepted names.
pub(crate) const SPELLINGS: &str = "x-spellings";
/// Extension of an enumeration's schema: further accepted values and what they mean.
pub(crate) const ALIASES: &str = "x-aliases";

/// What a value must be.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Any,
    Text,
    Bool,
    /// A whole number, bounds included.
    Integer {
        min: i64,
        max: i64,
    },
    /// Text or a number, kept as written.
    TextOrNumber,
    /// One of these, or an alias of one of them.
    Choice {
        values: Vec<String>,
        aliases: Vec<String>,
    },
    List(Box<Shape>),
    /// Keys are the author's own.
    Free(Box<Shape>),
    /// Index of a [`Record`].
    Record(usize),
}

/// An object with known fields.
#[derive(Debug)]
pub(crate) struct Record {
    pub name: String,
    pub fields: Vec<Field>,
    /// Field that a bare list stands for (decision 17: `workflow`).
    pub list_field: Option<usize>,
}

/// One field of a record.
#[derive(Debug)]
pub(crate) struct Field {
    pub name: String,
    pub spellings: Vec<String>,
    pub required: bool,
    pub shape: Shape,
}

/// The compiled schema; record 0 is the application.
#[derive(Debug)]
pub(crate) struct Schema {
    pub records: Vec<Record>,
}

impl Schema {
    pub fn record(&self, index: usize) -> &Record {
        &self.records[index]
    }
}

impl Record {
    /// The field that a document's key means, in any accepted spelling.
    pub fn field(&self, key: &str) -> Option<(usize, &Field)> {
        let exact = self.fields.iter().position(|field| field.name == key);
        let index = exact.or_else(|| {
            self.fields
                .iter()
                .position(|field| field.spellings.iter().any(|spelling| spelling == key))
        })?;
        Some((index, &self.fields[index]))
    }
}

/// The compiled schema of [`crate::Application`].
pub(crate) fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Compiler::run(&schemars::schema_for!(crate::Application).to_value()))
}

struct Compiler<'a> {
    definitions: &'a Map<String, Value>,
    indices: HashMap<&'a str, usize>,
    records: Vec<Option<Record>>,
}

impl<'a> Compiler<'a> {
    fn run(root: &'a Value) -> Schema {
        static NONE: OnceLock<Map<String, Value>> = OnceLock::new();
        let definitions = root
            .get("$defs")
            .and_then(Value::as_object)
            .unwrap_or(NONE.get_or_init(Map::new));
        let mut compiler = Self {
            definitions,
            indices: HashMap::new(),
            records: vec![None],
        };
        let record = compiler.record("Application", root);
        compiler.records[0] = Some(record);
        Schema {
            records: compiler.records.into_iter().flatten().collect(),
        }
    }

    fn record(&mut self, name: &str, schema: &'a Value) -> Record {
        let required: Vec<&str> = strings(schema.get("required"));
        let properties = schema.get("properties").and_then(Value::as_object);
        let fields: Vec<Field> = properties
            .into_iter()
            .flatten()
            .map(|(name, property)| Field {
                name: name.clone(),
                spellings: spellings(name, property),
                required: required.contains(&name.as_str()),
                shape: self.shape(property),
            })
            .collect();
        let list_field = if name == "Workflow" {
            fields.iter().position(|field| field.name == "steps")
        } else {
            None
        };
        Record {
            name: name.to_owned(),
            fields,
            list_field,
        }
    }

    fn reference(&mut self, name: &'a str) -> Shape {
        let Some(definition) = self.definitions.get(name) else {
            return Shape::Any;
        };
        if definition.get("properties").is_none() {
            return self.shape(definition);
        }
        if let Some(index) = self.indices.get(name) {
            return Shape::Record(*index);
        }
        let index = self.records.len();
        self.indices.insert(name, index);
        self.records.push(None);
        let record = self.record(name, definition);
        self.records[index] = Some(record);
        Shape::Record(index)
    }

    fn shape(&mut self, schema: &'a Value) -> Shape {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.reference(reference.rsplit('/').next().unwrap_or_default());
        }
        if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
            let present = choices
                .iter()
                .find(|choice| choice.get("type").and_then(Value::as_str) != Some("null"));
            return present.map_or(Shape::Any, |choice| self.shape(choice));
        }
        if let Some(values) = schema.get("oneOf").and_then(Value::as_array) {
            let values = values
                .iter()
                .filter_map(|value| value.get("const")?.as_str())
                .map(str::to_owned)
                .collect();
            return Shape::Choice {
                values,
                aliases: owned(schema.get(ALIASES)),
            };
        }
        let types = match schema.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            many => strings(many),
        };
        match types.iter().find(|kind| **kind != "null").copied() {
            Some("string") if types.contains(&"number") => Shape::TextOrNumber,
            Some("string") => Shape::Text,
            Some("boolean") => Shape::Bool,
            Some("integer") => integer(schema),
            Some("array") => Shape::List(Box::new(
                schema
                    .get("items")
                    .map_or(Shape::Any, |items| self.shape(items)),
            )),
            Some("object") => Shape::Free(Box::new(
                schema
                    .get("additionalProperties")
                    .map_or(Shape::Any, |value| self.shape(value)),
            )),
            _ => Shape::Any,
        }
    }
}

fn integer(schema: &Value) -> Shape {
    let (least, most) = if schema.get("format").and_then(Value::as_str) == Some("int32") {
        (i64::from(i32::MIN), i64::from(i32::MAX))
    } else {
        (i64::MIN, i64::MAX)
    };
    let bound =
        |key: &str, default: i64| schema.get(key).and_then(Value::as_i64).unwrap_or(default);
    Shape::Integer {
        min: bound("minimum", least),
        max: bound("maximum", most),
    }
}

fn spellings(name: &str, property: &Value) -> Vec<String> {
    let mut all: Vec<String> = owned(property.get(SPELLINGS));
    for snake in std::iter::once(name.to_owned())
        .chain(all.clone())
        .map(|spelling| snake_case(&spelling))
    {
        if snake != name && !all.contains(&snake) {
            all.push(snake);
        }
    }
    all
}

fn strings(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn owned(list: Option<&Value>) -> Vec<String> {
    strings(list).into_iter().map(str::to_owned).collect()
}
