//! Whether a live object already is what is wanted: every desired field present with an equal value. What the API
//! server and other controllers add is none of our business (decisions 24, 38).

mod lists;
mod removed;
mod scalars;

pub(crate) use removed::removals;

use kubemin_objects::{Kind, labels};
use serde_json::{Map, Value};

/// Stands where a Secret's value would.
pub(crate) const MASK: &str = "******";

/// A desired field that is not as desired.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference {
    /// Dotted path; elements of lists by their merge key, `containers[backend].image`.
    pub(crate) path: String,
    /// Desired value, null when the field is to go; masked in Secrets.
    pub(crate) wanted: Value,
    /// Value in the cluster, null when absent; masked in Secrets.
    pub(crate) found: Value,
}

/// Every desired leaf that differs, in the order of the desired object.
pub(crate) fn differences(kind: Kind, wanted: &Value, live: &Value) -> Vec<Difference> {
    let mut walk = Walk {
        kind,
        found: Vec::new(),
    };
    walk.compare(&Place::default(), wanted, Some(live));
    walk.found
}

/// Where the comparison is.
#[derive(Default, Clone)]
struct Place {
    path: String,
    field: String,
    parent: String,
}

impl Place {
    fn child(&self, field: &str) -> Self {
        let path = if self.path.is_empty() {
            field.to_owned()
        } else {
            format!("{}.{field}", self.path)
        };
        Self {
            path,
            field: field.to_owned(),
            parent: self.field.clone(),
        }
    }

    /// An element: its fields' parent is the list.
    fn element(&self, name: &str) -> Self {
        Self {
            path: format!("{}[{name}]", self.path),
            ..self.clone()
        }
    }
}

struct Walk {
    kind: Kind,
    found: Vec<Difference>,
}

impl Walk {
    fn compare(&mut self, place: &Place, wanted: &Value, live: Option<&Value>) {
        let live = live.filter(|value| !value.is_null());
        match wanted {
            Value::Null => {}
            Value::Object(map) if map.is_empty() => {
                if live.is_none() && scalars::empty_has_a_meaning(&place.field) {
                    self.differs(place, wanted, live);
                }
            }
            Value::Object(map) => self.compare_map(place, map, live),
            Value::Array(list) if list.is_empty() => {}
            Value::Array(list) => match live.and_then(Value::as_array) {
                Some(others) => self.compare_list(place, wanted, list, others),
                None => self.differs(place, wanted, live),
            },
            scalar => {
                if !scalars::equal(&place.field, &place.parent, scalar, live) {
                    self.differs(place, wanted, live);
                }
            }
        }
    }

    fn compare_map(&mut self, place: &Place, wanted: &Map<String, Value>, live: Option<&Value>) {
        for (field, value) in wanted {
            let hash = place.field == "annotations" && field == labels::APPLIED_HASH;
            let status = place.path.is_empty() && field == "status";
            if !hash && !status {
                self.compare(
                    &place.child(field),
                    value,
                    live.and_then(|live| live.get(field)),
                );
            }
        }
    }

    fn compare_list(&mut self, place: &Place, whole: &Value, wanted: &[Value], live: &[Value]) {
        match lists::merge_key(self.kind, &place.field, wanted) {
            Some(key) => {
                for element in wanted {
                    let name = lists::identity(element, key);
                    let other = live
                        .iter()
                        .find(|other| lists::identity(other, key) == name);
                    let place = place.element(&name);
                    match other {
                        Some(other) => self.compare(&place, element, Some(other)),
                        None => self.differs(&place, element, None),
                    }
                }
            }
            None if wanted.len() == live.len() && wanted.iter().any(Value::is_object) => {
                for (index, (element, other)) in wanted.iter().zip(live).enumerate() {
                    self.compare(&place.element(&index.to_string()), element, Some(other));
                }
            }
            None if wanted == live => {}
            None => self.differs(place, whole, Some(&Value::Array(live.to_vec()))),
        }
    }

    fn differs(&mut self, place: &Place, wanted: &Value, live: Option<&Value>) {
        let shown = |value: &Value| masked(self.kind, &place.path, value);
        self.found.push(Difference {
            path: place.path.clone(),
            wanted: shown(wanted),
            found: live.map_or(Value::Null, shown),
        });
    }
}

/// What may be shown of a value at a path.
fn masked(kind: Kind, path: &str, value: &Value) -> Value {
    let is_data = ["data", "stringData"]
        .iter()
        .any(|field| path.starts_with(field));
    if kind == Kind::Secret && is_data {
        Value::from(MASK)
    } else {
        value.clone()
    }
}

#[cfg(test)]
mod tests;
