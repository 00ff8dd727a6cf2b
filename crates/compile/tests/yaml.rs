//! The YAML stream reads back as what was written, in YAML 1.1 readers too.

mod rendered;

use kubemin_compile::render_yaml;
use proptest::prelude::*;
use rendered::rendered;
use serde_json::{Value, json};

/// Strings that a reader of YAML 1.1 takes for another type, or another text, when they stand there plainly
/// (<https://yaml.org/type/>).
const HARD: [&str; 46] = [
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "N",
    "true",
    "False",
    "null",
    "~",
    "",
    "0042",
    "0o17",
    "0x1f",
    "1.10",
    "1e3",
    "1_000",
    "1:30",
    "190:20:30",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    ".inf",
    "-.INF",
    ".nan",
    "+1",
    "=",
    "<<",
    "-",
    "---",
    "...",
    "- a",
    "a: b",
    "a:",
    "a #b",
    "#a",
    "@a",
    "`a",
    "%a",
    "!a",
    "&a",
    "*a",
    "|",
    " a",
    "a ",
    "{a: b}",
    "[a]",
];

const LINES: [&str; 12] = [
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    " a\nb",
    "\ta\nb",
    "a\n  \nb",
    "\n",
    "a\r\nb",
    "[main]\nkey = value # not a comment\n",
    "第一行\n😀\n",
    "a\n---\nb",
    "\u{feff}a\u{2028}b\u{85}c",
];

fn config(entries: Value) -> Value {
    json!({"id": "ym1", "name": "notes", "components": [{"name": "conf", "type": "config", "properties": {"conf": entries}}]})
}

#[track_caller]
fn read_back(entries: &Value) -> (String, Value) {
    let text = render_yaml(rendered(&config(entries.clone())).compiled());
    let seen: Value = serde_saphyr::from_str(&text).unwrap();
    (text, seen["data"].clone())
}

#[test]
fn strings_that_look_like_something_else_are_quoted() {
    for hard in HARD {
        let entries = json!({ "value": hard });
        let (text, seen) = read_back(&entries);
        assert_eq!(seen, entries);
        let line = text
            .lines()
            .find(|line| line.starts_with("  value: "))
            .unwrap_or_default();
        assert!(
            line.starts_with("  value: \"") || line.starts_with("  value: '"),
            "{hard:?} stands there as {line:?}"
        );
    }
}

#[test]
fn several_lines_read_back_as_they_were() {
    for lines in LINES {
        let entries = json!({ "value": lines });
        assert_eq!(read_back(&entries).1, entries);
    }
}

#[test]
fn keys_that_look_like_something_else_are_quoted() {
    let entries = json!({"yes": "1", "0042": "2", "1.10": "3", "2001-01-01": "4", "null": "5"});
    let (text, seen) = read_back(&entries);
    assert_eq!(seen, entries);
    for key in ["yes", "0042", "1.10", "2001-01-01", "null"] {
        assert!(
            !text.contains(&format!("\n  {key}:")),
            "{key} stands there plainly"
        );
    }
}

#[test]
fn people_find_kind_and_name_first() {
    let text = render_yaml(rendered(&config(json!({"k": "v"}))).compiled());
    assert!(
        text.starts_with("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: conf\n"),
        "{text}"
    );
}

proptest! {
    #[test]
    fn any_text_reads_back(text in "[ -~\n\t\\x{a0}-\\x{2fff}]{0,200}") {
        let entries = json!({ "value": text });
        prop_assert_eq!(read_back(&entries).1, entries);
    }
}
