//! Differences between what is wanted and what the cluster has, for people.

use kubemin_api_types::{FieldChange, ObjectChange};
use serde_json::Value;

use crate::paint::{Paint, Tone};

/// Longest value that is shown of a field.
const MAX_VALUE: usize = 100;

/// Whether applying would write this object.
pub fn is_change(change: &ObjectChange) -> bool {
    change.blocked.is_some() || !matches!(change.action.as_str(), "unchanged" | "keep")
}

/// A line an object that changes, and a line a field below it.
pub fn text(changes: &[ObjectChange], paint: Paint) -> String {
    let mut text = String::new();
    for change in changes
        .iter()
        .filter(|change| is_change(change) || change.action == "keep")
    {
        text.push_str(&object(change, paint));
    }
    text
}

/// `2 to create, 1 to update, 4 unchanged`.
pub fn summary(changes: &[ObjectChange]) -> String {
    let words = [
        ("create", "to create"),
        ("update", "to update"),
        ("replace", "to replace"),
        ("delete", "to delete"),
        ("keep", "kept"),
        ("unchanged", "unchanged"),
    ];
    let parts: Vec<String> = words
        .into_iter()
        .map(|(action, say)| {
            (
                changes
                    .iter()
                    .filter(|change| change.action == action)
                    .count(),
                say,
            )
        })
        .filter(|(number, _)| *number > 0)
        .map(|(number, say)| format!("{number} {say}"))
        .collect();
    if parts.is_empty() {
        "nothing to do".to_owned()
    } else {
        parts.join(", ")
    }
}

fn object(change: &ObjectChange, paint: Paint) -> String {
    let (mark, tone) = match change.action.as_str() {
        "create" => ("+", Tone::Good),
        "delete" => ("-", Tone::Bad),
        "keep" => ("=", Tone::Faint),
        _ => ("~", Tone::Attention),
    };
    let head = format!("{mark} {}/{}", change.kind, change.name);
    let mut text = format!("{} ({})\n", paint.tone(tone, &head), change.component);
    if let Some(cause) = &change.blocked {
        let remedy = if cause.remedy.is_empty() {
            String::new()
        } else {
            format!(" ({})", cause.remedy)
        };
        let refused = format!("    refused: {}{remedy}\n", cause.message);
        text.push_str(&paint.tone(Tone::Bad, &refused));
    }
    if let Some(why) = &change.restarts {
        text.push_str(&format!("    restarts {}: {why}\n", change.component));
    }
    for field in &change.fields {
        text.push_str(&self::field(field));
    }
    text
}

/// `    path: old → new`.
pub fn field(field: &FieldChange) -> String {
    match (&field.old, &field.new) {
        (Value::Null, new) => format!("    {}: {}\n", field.path, value(new)),
        (old, Value::Null) => format!("    {}: {} is removed\n", field.path, value(old)),
        (old, new) => format!("    {}: {} → {}\n", field.path, value(old), value(new)),
    }
}

/// A field that is not as it was applied, as [`field`]; one that somebody took away is said to be.
pub fn drifted(field: &FieldChange) -> String {
    match (&field.old, &field.new) {
        (Value::Null, new) => format!(
            "    {}: was removed, it should be {}\n",
            field.path,
            value(new)
        ),
        _ => self::field(field),
    }
}

fn value(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_that_somebody_removed_is_told_apart_from_a_new_one() {
        let change = |old: Value, new: Value| FieldChange {
            path: "env[A]".into(),
            old,
            new,
        };
        let removed = change(Value::Null, json!("1"));
        assert_eq!(
            drifted(&removed),
            "    env[A]: was removed, it should be 1\n"
        );
        assert_eq!(field(&removed), "    env[A]: 1\n");
        let unwanted = change(json!("1"), Value::Null);
        assert_eq!(field(&unwanted), "    env[A]: 1 is removed\n");
        let changed = change(json!("1"), json!("2"));
        assert_eq!(drifted(&changed), "    env[A]: 1 → 2\n");
    }
}
