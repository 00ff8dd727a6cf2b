//! Compiles documents for tests and looks into the objects.
#![allow(dead_code, reason = "every test file uses its own part")]

pub mod invariants;

use std::path::{Path, PathBuf};

use kubemin_compile::{Compilation, compile};
use kubemin_model::{FieldError, Format, ValidApplication, load};
use kubemin_objects::{ClusterFacts, Compiled};
use serde_json::Value;

/// The objects of one document.
pub struct Rendered(pub Compilation);

/// Compiles a document against an empty cluster; the objects keep what every stream must keep.
#[track_caller]
pub fn rendered(document: &Value) -> Rendered {
    rendered_with(document, &ClusterFacts::default())
}

/// The same against given facts.
#[track_caller]
pub fn rendered_with(document: &Value, facts: &ClusterFacts) -> Rendered {
    let compilation = compile(&checked(&document.to_string()), facts).unwrap();
    invariants::check(&compilation.compiled);
    Rendered(compilation)
}

/// Paths and messages of the errors of a document that passes the checks of the model.
#[track_caller]
pub fn refused(document: &Value) -> Vec<FieldError> {
    refused_with(document, &ClusterFacts::default())
}

/// The same against given facts.
#[track_caller]
pub fn refused_with(document: &Value, facts: &ClusterFacts) -> Vec<FieldError> {
    compile(&checked(&document.to_string()), facts).expect_err("the document compiles")
}

/// A document that has passed the checks of the model.
#[track_caller]
pub fn checked(text: &str) -> ValidApplication {
    match load(text, Format::Json).into_result() {
        Ok((app, _)) => app,
        Err(report) => panic!("the model refuses the document: {:#?}", report.errors),
    }
}

/// An example of the manual.
#[track_caller]
pub fn example(file: &str) -> Rendered {
    let text = std::fs::read_to_string(examples().join(file)).unwrap();
    rendered(&serde_json::from_str(&text).unwrap())
}

/// Folder of the examples of the manual.
pub fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/manual")
}

/// YAML as JSON.
#[track_caller]
pub fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

impl Rendered {
    pub fn compiled(&self) -> &Compiled {
        &self.0.compiled
    }

    /// `Kind/name` of every object, in order.
    pub fn names(&self) -> Vec<String> {
        self.compiled()
            .objects
            .iter()
            .map(|object| object.key.to_string())
            .collect()
    }

    /// The body of `Kind/name`.
    #[track_caller]
    pub fn object(&self, key: &str) -> &Value {
        let found = self
            .compiled()
            .objects
            .iter()
            .find(|object| object.key.to_string() == key);
        match found {
            Some(object) => &object.body,
            None => panic!("no {key} among {:?}", self.names()),
        }
    }

    /// The value at a JSON pointer inside `Kind/name`; null when there is none.
    #[track_caller]
    pub fn at(&self, key: &str, pointer: &str) -> &Value {
        self.object(key).pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Pod specification of `Kind/name`.
    #[track_caller]
    pub fn pod(&self, key: &str) -> &Value {
        match self.at(key, "/spec/jobTemplate/spec/template/spec") {
            Value::Null => self.at(key, "/spec/template/spec"),
            pod => pod,
        }
    }

    /// The container of this name, init containers included.
    #[track_caller]
    pub fn container(&self, key: &str, name: &str) -> &Value {
        let pod = self.pod(key);
        let all = ["initContainers", "containers"]
            .into_iter()
            .filter_map(|list| pod[list].as_array())
            .flatten();
        all.into_iter()
            .find(|container| container["name"] == name)
            .expect("a container of this name")
    }

    /// The volume of this name.
    #[track_caller]
    pub fn volume(&self, key: &str, name: &str) -> &Value {
        named(&self.pod(key)["volumes"], name)
    }

    /// Asserts that `Kind/name` holds everything `expected` says; lists have the same length.
    #[track_caller]
    pub fn holds(&self, key: &str, expected: &str) {
        holds(self.object(key), &yaml(expected), key);
    }
}

/// The element of a list with this name.
#[track_caller]
pub fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let found = list
        .as_array()
        .into_iter()
        .flatten()
        .find(|element| element["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list:#}"))
}

/// Asserts that a value holds everything `expected` says; lists have the same length.
#[track_caller]
pub fn holds(seen: &Value, expected: &Value, place: &str) {
    match (seen, expected) {
        (Value::Object(seen), Value::Object(expected)) => {
            for (key, value) in expected {
                holds(
                    seen.get(key).unwrap_or(&Value::Null),
                    value,
                    &format!("{place}.{key}"),
                );
            }
        }
        (Value::Array(seen), Value::Array(expected)) if seen.len() == expected.len() => {
            for (index, (seen, expected)) in seen.iter().zip(expected).enumerate() {
                holds(seen, expected, &format!("{place}[{index}]"));
            }
        }
        _ => assert_eq!(seen, expected, "at {place}"),
    }
}
