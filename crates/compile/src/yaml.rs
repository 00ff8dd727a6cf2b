//! Objects as YAML that every reader understands alike.
//!
//! Strings are written plain only when no version of YAML reads them as something else (`yes`, `0042`, `1:30`,
//! `2001-01-01`, `~` …), else in double quotes with JSON's escapes, or as a literal block when they have several
//! lines. Keys are sorted, so that the bytes depend on the values only.

use kubemin_objects::Compiled;
use serde_json::{Map, Value};

/// Keys that people look for first; the others follow in the order of the alphabet.
const FIRST: [&str; 4] = ["apiVersion", "kind", "metadata", "name"];

/// A YAML stream of all objects, each behind `---`.
pub fn render_yaml(compiled: &Compiled) -> String {
    let mut out = String::with_capacity(compiled.objects.len() * 1024);
    for object in &compiled.objects {
        out.push_str("---\n");
        write_node(&mut out, &object.body, 0);
    }
    out
}

/// A value at the beginning of a line, indented by `depth`.
fn write_node(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => write_map(out, map, depth, false),
        Value::Array(items) if !items.is_empty() => write_list(out, items, depth),
        scalar => {
            indent(out, depth);
            write_scalar(out, scalar, depth);
        }
    }
}

/// `begun`: the first key stands behind the dash of a list.
fn write_map(out: &mut String, map: &Map<String, Value>, depth: usize, begun: bool) {
    let mut keys: Vec<&String> = map.keys().collect();
    keys.sort_by_key(|key| {
        (
            FIRST
                .iter()
                .position(|first| first == key)
                .unwrap_or(FIRST.len()),
            *key,
        )
    });
    for (index, key) in keys.into_iter().enumerate() {
        if index > 0 || !begun {
            indent(out, depth);
        }
        write_string(out, key);
        out.push(':');
        match &map[key] {
            Value::Object(inner) if !inner.is_empty() => {
                out.push('\n');
                write_map(out, inner, depth + 1, false);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                write_list(out, items, depth);
            }
            scalar => {
                out.push(' ');
                write_scalar(out, scalar, depth + 1);
            }
        }
    }
}

fn write_list(out: &mut String, items: &[Value], depth: usize) {
    for item in items {
        indent(out, depth);
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => write_map(out, map, depth + 1, true),
            // a list in a list begins on a line of its own
            Value::Array(inner) if !inner.is_empty() => {
                out.pop();
                out.push('\n');
                write_list(out, inner, depth + 1);
            }
            scalar => write_scalar(out, scalar, depth + 1),
        }
    }
}

fn write_scalar(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::String(text) if is_block(text) => write_block(out, text, depth),
        Value::String(text) => {
            write_string(out, text);
            out.push('\n');
        }
        // empty collections, numbers, booleans and null are written as in JSON
        other => {
            out.push_str(&other.to_string());
            out.push('\n');
        }
    }
}

fn write_string(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        write_quoted(out, text);
    }
}

/// JSON's escapes are YAML's; what is not printable in YAML is escaped too.
fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            plain if is_printable(plain) => out.push(plain),
            other if u32::from(other) > 0xffff => {
                out.push_str(&format!("\\U{:08x}", u32::from(other)))
            }
            other => out.push_str(&format!("\\u{:04x}", u32::from(other))),
        }
    }
    out.push('"');
}

/// A literal block keeps every character; its end says how many line breaks there are.
fn write_block(out: &mut String, text: &str, depth: usize) {
    let body = text.trim_end_matches('\n');
    out.push_str(match text.len() - body.len() {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in body.split('\n') {
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
        out.push('\n');
    }
    out.extend(std::iter::repeat_n(
        '\n',
        (text.len() - body.len()).saturating_sub(1),
    ));
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Whether every reader takes the text for a string as it stands: it begins with a letter or `/`, holds nothing that
/// YAML gives a meaning, and is no word of YAML 1.1.
fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let ends = text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
    let middle = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    begins && ends && text.chars().all(middle) && !is_word(text)
}

/// Words that YAML 1.1 reads as booleans or null (<https://yaml.org/type/bool.html>).
fn is_word(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    matches!(
        word.as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null" | "nan" | "inf"
    )
}

/// Several lines of printable characters whose first one shows the indentation.
fn is_block(text: &str) -> bool {
    let body = text.trim_end_matches('\n');
    body.contains('\n')
        && !body.starts_with([' ', '\t', '\n'])
        && body
            .chars()
            .all(|c| c == '\n' || c == '\t' || is_printable(c))
}

/// Printable in YAML 1.1 and 1.2, and no line break of either.
fn is_printable(character: char) -> bool {
    match u32::from(character) {
        0x20..=0x7e => true,
        0x2028 | 0x2029 | 0xfeff => false,
        0xa0..=0xd7ff | 0xe000..=0xfffd => true,
        other => other >= 0x10000 && other <= 0x10_ffff,
    }
}
