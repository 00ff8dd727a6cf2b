//! The JSON Schema for editors: canonical camelCase only.

use serde_json::{Value, json};

use crate::Application;

/// Keys of our own that no editor knows.
const EXTENSIONS: [&str; 2] = ["x-spellings", "x-aliases"];

/// JSON Schema (2020-12) of an application document. A workflow is a list of steps or `{steps: […]}` (decision 17).
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(Application).to_value();
    remove_extensions(&mut schema);
    if let Some(workflow) = schema.pointer_mut("/$defs/Workflow") {
        let object = workflow.take();
        *workflow = json!({
            "description": object["description"],
            "anyOf": [object["properties"]["steps"], object],
        });
    }
    schema
}

fn remove_extensions(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !EXTENSIONS.contains(&key.as_str()));
            map.values_mut().for_each(remove_extensions);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_extensions),
        _ => {}
    }
}
