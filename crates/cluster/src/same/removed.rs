//! Fields that we applied once and want no more: the next apply removes them
//! (<https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management>).

use kubemin_objects::{Kind, labels};
use serde_json::{Map, Value};

use super::{Difference, Place, lists, masked};

/// Every field of ours in the live object that is not wanted, in the order of `managedFields`. What another manager owns
/// as well stays, and is left out.
pub(crate) fn removals(
    kind: Kind,
    wanted: &Value,
    live: &Value,
    managed: &Value,
) -> Vec<Difference> {
    let entries = managed.as_array().map(Vec::as_slice).unwrap_or_default();
    let (ours, others): (Vec<&Value>, Vec<&Value>) =
        entries.iter().partition(|entry| is_ours(entry));
    let fields = |entry: &&'_ Value| entry.get("fieldsV1").and_then(Value::as_object).cloned();
    let mut walk = Walk {
        kind,
        found: Vec::new(),
    };
    let others: Vec<Map<String, Value>> = others.iter().filter_map(fields).collect();
    let others: Vec<&Map<String, Value>> = others.iter().collect();
    for owned in ours.iter().filter_map(fields) {
        walk.descend(&Place::default(), &owned, Some(wanted), live, &others);
    }
    walk.found
}

fn is_ours(entry: &Value) -> bool {
    let text = |field: &str| entry.get(field).and_then(Value::as_str);
    text("manager") == Some(labels::MANAGER)
        && text("operation") == Some("Apply")
        && text("subresource").unwrap_or_default().is_empty()
}

struct Walk {
    kind: Kind,
    found: Vec<Difference>,
}

impl Walk {
    fn descend(
        &mut self,
        place: &Place,
        owned: &Map<String, Value>,
        wanted: Option<&Value>,
        live: &Value,
        others: &[&Map<String, Value>],
    ) {
        for (step, below) in owned {
            let Some(step) = Step::of(step) else { continue };
            let Some(live) = step.find(live) else {
                continue;
            };
            let place = step.place(place);
            if place.field == labels::APPLIED_HASH {
                continue;
            }
            let wanted = wanted.and_then(|wanted| step.find(wanted));
            let others: Vec<&Map<String, Value>> = others
                .iter()
                .filter_map(|other| other.get(step.text).and_then(Value::as_object))
                .collect();
            let below = below.as_object().filter(|below| !below.is_empty());
            match (wanted, below) {
                // A whole element goes, or the value of a field.
                (None, None) => self.removed(&place, live, &others),
                (None, Some(_)) if step.is_element() => self.removed(&place, live, &others),
                (_, Some(below)) => self.descend(&place, below, wanted, live, &others),
                (Some(_), None) => {}
            }
        }
    }

    fn removed(&mut self, place: &Place, live: &Value, others: &[&Map<String, Value>]) {
        if others.is_empty() {
            self.found.push(Difference {
                path: place.path.clone(),
                wanted: Value::Null,
                found: masked(self.kind, &place.path, live),
            });
        }
    }
}

/// A step of `fieldsV1`: a field, or an element of a list by its key.
struct Step<'a> {
    text: &'a str,
    key: Option<Map<String, Value>>,
}

impl<'a> Step<'a> {
    /// `None` for what names no value of its own: `.`, and members of sets.
    fn of(text: &'a str) -> Option<Self> {
        let key = match text.split_once(':')? {
            ("f", _) => None,
            ("k", key) => Some(serde_json::from_str(key).ok()?),
            _ => return None,
        };
        Some(Self { text, key })
    }

    fn is_element(&self) -> bool {
        self.key.is_some()
    }

    fn name(&self) -> String {
        match &self.key {
            None => self.text[2..].to_owned(),
            Some(key) => {
                let key = Value::Object(key.clone());
                lists::identity(&key, &self.fields())
            }
        }
    }

    fn fields(&self) -> Vec<&str> {
        let fields = self.key.iter().flat_map(Map::keys);
        fields.map(String::as_str).collect()
    }

    fn place(&self, place: &Place) -> Place {
        if self.is_element() {
            place.element(&self.name())
        } else {
            place.child(&self.name())
        }
    }

    /// What is at this step; nothing where there is only `null`.
    fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        let found = if self.is_element() {
            let (fields, name) = (self.fields(), self.name());
            let mut elements = value.as_array()?.iter();
            elements.find(|element| lists::identity(element, &fields) == name)
        } else {
            value.get(&self.text[2..])
        };
        found.filter(|value| !value.is_null())
    }
}

#[cfg(test)]
mod tests;
