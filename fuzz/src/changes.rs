//! A document that is nearly right: bytes are read as changes to a whole example.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// Examples with every trait, added trait, type and workflow.
const EXAMPLES: [&str; 4] = [
    include_str!("../../crates/compile/tests/golden/all-traits/app.json"),
    include_str!("../../crates/compile/tests/golden/added-traits/app.json"),
    include_str!("../../crates/compile/tests/golden/workflow-steps/app.json"),
    include_str!("../../examples/manual/2225-create-application.json"),
];
/// Bytes of a change: two for the place, one for what happens there, one for the value.
const CHANGE: usize = 4;
const MOST_CHANGES: usize = 64;
/// Copies of copies grow without end; what is larger than this is not changed any more.
const MOST_VALUES: usize = 5_000;

static DOCUMENTS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let parsed = EXAMPLES.iter().map(|text| serde_json::from_str(text));
    parsed.filter_map(Result::ok).collect()
});

static VALUES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut values = vec![
        json!(null),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
    ];
    values.extend([-1_i64, 0, 1, 2, 80, 65_535, 65_536, i64::MAX].map(Value::from));
    values.extend([0.5, 1e308].map(Value::from));
    #[rustfmt::skip]
    let texts = [
        "", " ", "a", "A_b", "-", "a-", "a.b", "web", "conf", "0", "1", "-1", "0.5", "1e9Gi",
        "500K", "8Gi", "1.5Gi", "99999999999999999999", "100%", "0%", "90s", "1h", "0 3 * * *",
        "/", "/a/../b", "../x", "*.example.com", "example.com", "${A}", "$(A)", "中文", "\u{0}",
        "\u{1F600}", "---\n", "true", "null", "~", "a: b", "line\nline", "tab\there", "Mi4=",
        "Prefix", "Exact", "Always", "DAG", "persistent", "ephemeral", "config", "secret", "job",
    ];
    values.extend(texts.map(Value::from));
    values.extend([63, 64, 253, 254, 300].map(|length| Value::from("a".repeat(length))));
    values
});

static FIELDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut fields = Vec::new();
    for document in DOCUMENTS.iter() {
        each(document, &mut |value| {
            fields.extend(value.as_object().into_iter().flat_map(Map::keys).cloned());
        });
    }
    fields.sort();
    fields.dedup();
    fields
});

/// The first byte chooses the example, every further four change it.
pub fn changed_example(bytes: &[u8]) -> Value {
    let Some((&first, changes)) = bytes.split_first() else {
        return Value::Null;
    };
    let mut document = DOCUMENTS[usize::from(first) % DOCUMENTS.len()].clone();
    for change in changes.chunks_exact(CHANGE).take(MOST_CHANGES) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]]));
        apply(&mut document, place, change[2], usize::from(change[3]));
    }
    document
}

fn apply(document: &mut Value, place: usize, what: u8, choice: usize) {
    let mut count = 0;
    each(document, &mut |_| count += 1);
    if count > MOST_VALUES {
        return;
    }
    let other = nth(document, (place.wrapping_mul(31) + choice) % count).clone();
    let value = VALUES[choice % VALUES.len()].clone();
    let target = nth_mut(document, place % count);
    match what % 6 {
        0 => *target = value,
        1 => *target = other,
        2 => remove(target, choice),
        3 => add(target, &FIELDS[choice % FIELDS.len()], other),
        4 => add(target, &FIELDS[choice % FIELDS.len()], value),
        _ => repeat(target, choice),
    }
}

/// Takes a member away.
fn remove(target: &mut Value, choice: usize) {
    match target {
        Value::Array(list) if !list.is_empty() => {
            list.remove(choice % list.len());
        }
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(choice % map.len()).cloned();
            map.remove(&key.unwrap_or_default());
        }
        _ => {}
    }
}

fn add(target: &mut Value, field: &str, value: Value) {
    match target {
        Value::Array(list) => list.push(value),
        Value::Object(map) => {
            map.insert(field.to_owned(), value);
        }
        scalar => *scalar = value,
    }
}

/// Puts a member in twice, or makes a text longer.
fn repeat(target: &mut Value, choice: usize) {
    match target {
        Value::Array(list) if !list.is_empty() => list.push(list[choice % list.len()].clone()),
        Value::String(text) => text.push_str(&format!("-{choice}")),
        _ => {}
    }
}

fn each<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Array(list) => list.iter().for_each(|value| each(value, visit)),
        Value::Object(map) => map.values().for_each(|value| each(value, visit)),
        _ => {}
    }
}

fn nth(document: &Value, wanted: usize) -> &Value {
    let (mut index, mut found) = (0, document);
    each(document, &mut |value| {
        if index == wanted {
            found = value;
        }
        index += 1;
    });
    found
}

/// As [`nth`]; the way there is walked step by step, because a visitor cannot lend what it may change.
fn nth_mut(document: &mut Value, mut wanted: usize) -> &mut Value {
    let mut here = document;
    while wanted > 0 {
        wanted -= 1;
        let sizes: Vec<usize> = members(here).map(size).collect();
        let mut member = 0;
        while wanted >= sizes[member] {
            wanted -= sizes[member];
            member += 1;
        }
        here = match here {
            Value::Array(list) => &mut list[member],
            Value::Object(map) => map.values_mut().nth(member).expect("counted before"),
            _ => unreachable!("a scalar has no members"),
        };
    }
    here
}

fn members(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(list) => Box::new(list.iter()),
        Value::Object(map) => Box::new(map.values()),
        _ => Box::new(std::iter::empty()),
    }
}

fn size(value: &Value) -> usize {
    let mut size = 0;
    each(value, &mut |_| size += 1);
    size
}
