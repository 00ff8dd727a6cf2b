//! `--print-config` (decision 4).

use serde_json::{Value, json};

use super::resolve::Resolved;
use super::setting::Kind;

/// `key value source`, a line a setting; `-` stands for an unset value.
pub fn as_lines(values: &[Resolved]) -> String {
    values
        .iter()
        .map(|value| {
            let shown = value.setting.shown(&value.text);
            let shown = if shown.is_empty() { "-" } else { &shown };
            format!("{} {shown} {}\n", value.setting.key, value.source.as_str())
        })
        .collect()
}

/// A list of `{key, value, source}`; `null` stands for an unset value.
pub fn as_json(values: &[Resolved]) -> Value {
    values
        .iter()
        .map(|value| {
            json!({
                "key": value.setting.key,
                "value": typed(value),
                "source": value.source.as_str(),
            })
        })
        .collect()
}

fn typed(value: &Resolved) -> Value {
    let text = value.setting.shown(&value.text);
    match value.setting.kind {
        Kind::List => text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect(),
        _ if text.is_empty() => Value::Null,
        Kind::Number | Kind::Switch => serde_json::from_str(&text).unwrap_or(Value::Null),
        _ => text.into(),
    }
}
