//! `--print-config` (decision 4).

use serde::Serialize;
use serde_json::Value;

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

/// A setting as it is printed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Printed {
    /// Path in the file.
    pub key: &'static str,
    /// Value; `null` when unset, masked when it is secret.
    pub value: Value,
    /// flag, environment, file or default.
    pub source: &'static str,
}

/// The settings for programs.
pub fn as_data(values: &[Resolved]) -> Vec<Printed> {
    values
        .iter()
        .map(|value| Printed {
            key: value.setting.key,
            value: typed(value),
            source: value.source.as_str(),
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
