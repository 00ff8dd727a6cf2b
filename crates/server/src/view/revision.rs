//! Revisions and what differs between two of them.

use kubemin_api_types as api;
use kubemin_ports::RevisionRow;
use serde::Serialize;
use serde_json::{Map, Value};
use similar::TextDiff;

use crate::{mask, time};

/// A revision.
pub(crate) fn revision(row: &RevisionRow, current: i64, with_document: bool) -> api::Revision {
    let document = with_document
        .then(|| serde_json::to_value(mask::masked(&row.document)).unwrap_or(Value::Null));
    api::Revision {
        revision: row.revision,
        current: row.revision == current,
        version: row
            .document
            .version
            .clone()
            .unwrap_or_else(|| "1.0.0".to_owned()),
        cause: row.cause.clone(),
        task_state: row.task_state.clone(),
        created_at: time::text(row.created_ms),
        document,
    }
}

/// What differs between two revisions; secret values are not shown.
pub(crate) fn compared(from: &RevisionRow, to: &RevisionRow) -> api::RevisionDiff {
    let (old, new) = mask::masked_pair(&from.document, &to.document);
    let mut fields = Vec::new();
    differing(String::new(), &tree(&old), &tree(&new), &mut fields);
    let names = (
        format!("revision {}", from.revision),
        format!("revision {}", to.revision),
    );
    let (old, new) = (yaml(&old), yaml(&new));
    let text = TextDiff::from_lines(&old, &new)
        .unified_diff()
        .header(&names.0, &names.1)
        .to_string();
    api::RevisionDiff {
        from: from.revision,
        to: to.revision,
        different: !fields.is_empty(),
        fields,
        text,
    }
}

fn tree<T: Serialize>(document: &T) -> Value {
    serde_json::to_value(document).unwrap_or(Value::Null)
}

fn yaml<T: Serialize>(document: &T) -> String {
    serde_saphyr::to_string(document).unwrap_or_default()
}

/// Lists of named things are compared by name, so that a new component does not make all behind it look different.
fn differing(path: String, old: &Value, new: &Value, fields: &mut Vec<api::FieldChange>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Value::Object(old), Value::Object(new)) => members(&path, old, new, fields),
        (Value::Array(old), Value::Array(new)) => match (by_name(old), by_name(new)) {
            (Some(old), Some(new)) => entries(&path, &old, &new, fields),
            _ => fields.push(field(
                path,
                &Value::Array(old.clone()),
                &Value::Array(new.clone()),
            )),
        },
        (old, new) => fields.push(field(path, old, new)),
    }
}

fn members(
    path: &str,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    fields: &mut Vec<api::FieldChange>,
) {
    let added = new.keys().filter(|key| !old.contains_key(*key));
    for key in old.keys().chain(added) {
        let below = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        differing(
            below,
            old.get(key).unwrap_or(&Value::Null),
            new.get(key).unwrap_or(&Value::Null),
            fields,
        );
    }
}

fn entries(
    path: &str,
    old: &[(&str, &Value)],
    new: &[(&str, &Value)],
    fields: &mut Vec<api::FieldChange>,
) {
    fn find<'a>(list: &[(&str, &'a Value)], name: &str) -> &'a Value {
        list.iter()
            .find(|(other, _)| *other == name)
            .map_or(&Value::Null, |(_, value)| value)
    }
    let added = new
        .iter()
        .filter(|(name, _)| old.iter().all(|(other, _)| other != name));
    for (name, _) in old.iter().chain(added) {
        differing(
            format!("{path}[{name}]"),
            find(old, name),
            find(new, name),
            fields,
        );
    }
}

fn by_name(list: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let named: Option<Vec<(&str, &Value)>> = list
        .iter()
        .map(|item| Some((item.get("name")?.as_str()?, item)))
        .collect();
    let named = named?;
    let unique = named
        .iter()
        .enumerate()
        .all(|(index, (name, _))| named[..index].iter().all(|(other, _)| other != name));
    unique.then_some(named)
}

fn field(path: String, old: &Value, new: &Value) -> api::FieldChange {
    api::FieldChange {
        path,
        old: old.clone(),
        new: new.clone(),
    }
}

#[cfg(test)]
mod tests {
    use kubemin_model::Application;
    use kubemin_ports::RevisionRow;
    use serde_json::{Value, json};

    use super::compared;

    fn revision(number: i64, document: Value) -> RevisionRow {
        let document: Application = serde_json::from_value(document).expect("a document");
        RevisionRow {
            revision: number,
            document,
            cause: "apply".into(),
            created_ms: 1,
            task_state: String::new(),
        }
    }

    #[test]
    fn fields_are_named_by_component_and_secret_values_are_not_shown() {
        let one = revision(
            1,
            json!({"name": "shop", "components": [
            {"name": "web", "type": "webservice", "image": "web:1"},
            {"name": "pass", "type": "secret", "properties": {"secret": {"same": "s3cret-a", "other": "s3cret-b"}}}]}),
        );
        let two = revision(
            2,
            json!({"name": "shop", "components": [
            {"name": "new", "type": "config", "properties": {"conf": {"a": "b"}}},
            {"name": "web", "type": "webservice", "image": "web:2"},
            {"name": "pass", "type": "secret", "properties": {"secret": {"same": "s3cret-a", "other": "s3cret-c"}}}]}),
        );
        let diff = compared(&one, &two);
        let paths: Vec<&str> = diff
            .fields
            .iter()
            .map(|field| field.path.as_str())
            .collect();
        assert_eq!(
            paths,
            [
                "components[web].image",
                "components[pass].properties.secret.other",
                "components[new]"
            ]
        );
        assert_eq!(
            (&diff.fields[0].old, &diff.fields[0].new),
            (&json!("web:1"), &json!("web:2"))
        );
        assert_eq!(diff.fields[1].new, json!("(changed)"));
        assert!(
            diff.text.contains("-  image: web:1") || diff.text.contains("-    image: web:1"),
            "{}",
            diff.text
        );
        assert!(!format!("{diff:?}").contains("s3cret"));
        assert!(!compared(&one, &one).different);
    }
}
