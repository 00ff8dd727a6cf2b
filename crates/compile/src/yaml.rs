//! Objects as YAML that every reader understands alike, with the same bytes for the same objects.

use kubemin_objects::Compiled;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

/// Keys that people look for first; the others follow in the order of the alphabet.
const FIRST: [&str; 4] = ["apiVersion", "kind", "metadata", "name"];

/// A YAML stream of all objects, each behind `---`. Strings that a YAML 1.1 reader would take for something else are
/// quoted.
pub fn render_yaml(compiled: &Compiled) -> String {
    let mut stream = String::with_capacity(compiled.objects.len() * 1024);
    for object in &compiled.objects {
        stream.push_str("---\n");
        stream.push_str(&document(&object.body));
    }
    stream
}

#[expect(
    clippy::expect_used,
    reason = "a JSON value holds nothing that YAML cannot say"
)]
fn document(body: &Value) -> String {
    serde_saphyr::to_string(&InOrder(body)).expect("a JSON value is also YAML")
}

/// A value whose keys come in a fixed order. The order inside a `Value` depends on how serde_json was built.
struct InOrder<'a>(&'a Value);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(entries) => {
                let mut keys: Vec<&String> = entries.keys().collect();
                keys.sort_by_key(|key| (rank(key), *key));
                let mut map = serializer.serialize_map(Some(keys.len()))?;
                for key in keys {
                    map.serialize_entry(key, &InOrder(&entries[key]))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&InOrder(item))?;
                }
                list.end()
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

fn rank(key: &str) -> usize {
    FIRST
        .iter()
        .position(|first| *first == key)
        .unwrap_or(FIRST.len())
}
