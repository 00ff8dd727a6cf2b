//! Texts that are no documents, and hostile ones: one fault with its place, never a panic, never a wait.

use kubemin_model::{Format, load};

/// Refused with one fault whose message holds `says`, at this line and column.
#[track_caller]
fn unreadable(text: &str, format: Format, says: &str, at: (u32, u32)) {
    let loaded = load(text, format);
    let errors = &loaded.report.errors;
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(
        errors[0].message.contains(says),
        "{:?} lacks {says:?}",
        errors[0].message
    );
    assert_eq!(
        (errors[0].line, errors[0].column),
        (Some(at.0), Some(at.1)),
        "{:?}",
        errors[0].message
    );
    assert!(loaded.application().is_none());
}

#[test]
fn texts_that_are_no_json() {
    let cases = [
        ("", "empty", (1, 1)),
        (" \n// only a comment\n", "empty", (1, 1)),
        (
            "{\"name\": \"a\",\n \"components\": [",
            "unterminated array",
            (2, 16),
        ),
        ("{\"name\": \"a\"} {}", "more than one", (1, 15)),
        ("{\"name\" \"a\"}", "colon", (1, 9)),
        ("{\"name\": \"a\" \"b\": 1}", "comma", (1, 13)),
        ("{\"a\": [1 2]}", "comma", (1, 10)),
        ("{\"a\": [1 /* , */ 2]}", "comma", (1, 18)),
        ("{\"a\": [01]}", "comma", (1, 9)),
        ("{'name': 1}", "single-quoted", (1, 2)),
        ("{name: 1}", "string", (1, 2)),
        ("{\"a\": 0x10}", "hexadecimal", (1, 7)),
        ("{\"a\": 1e999}", "out of range", (1, 7)),
        ("{\"a\": \"x\ny\"}", "control character", (1, 7)),
        ("{\"a\": \"\\u0000\"}", "NUL", (1, 7)),
        ("{\"a\": \"\u{0}\"}", "NUL", (1, 8)),
        ("{\"é\": tru}", "", (1, 7)),
    ];
    for (text, says, at) in cases {
        unreadable(text, Format::Json, says, at);
    }
}

#[test]
fn texts_that_are_no_yaml() {
    let cases = [
        ("", "empty", (1, 1)),
        ("---\n", "empty", (1, 1)),
        ("null\n", "empty", (1, 1)),
        ("a: 1\n---\nb: 2\n", "several documents", (2, 1)),
        ("a: [1\n", "not valid YAML", (1, 4)),
        ("name: !!str a\n", "tags", (1, 13)),
        ("? [a]\n: b\n", "key", (1, 3)),
        ("a: &x {b: 1}\n<<: *x\n", "merge", (2, 1)),
        ("a: *b\n", "not valid YAML", (1, 4)),
        ("a: &x [*x]\n", "alias", (1, 8)),
        ("a: .inf\n", "out of range", (1, 4)),
        ("a: 1e999\n", "out of range", (1, 4)),
        ("a: \"\\0\"\n", "NUL", (1, 4)),
    ];
    for (text, says, at) in cases {
        unreadable(text, Format::Yaml, says, at);
    }
}

#[test]
fn values_that_are_no_application() {
    for text in ["null", "[]", "12", "\"hello\"", "true"] {
        let loaded = load(text, Format::Json);
        assert_eq!(loaded.report.errors.len(), 1, "{text}");
        assert_eq!(loaded.report.errors[0].code, "wrong-type", "{text}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let lists = format!(
        "{{\"components\": {}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let traits = format!(
        "{}1{}",
        "{\"sidecar\": [{\"traits\": ".repeat(2_000),
        "}]}".repeat(2_000)
    );
    let flow = format!("a: {}{}", "[".repeat(5_000), "]".repeat(5_000));
    let block: String = (0..2_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    for (text, format) in [
        (lists, Format::Json),
        (traits, Format::Json),
        (flow, Format::Yaml),
        (block, Format::Yaml),
    ] {
        let loaded = load(&text, format);
        assert_eq!(loaded.report.errors.len(), 1);
        assert_eq!(loaded.report.errors[0].code, "not-readable");
    }
}

#[test]
fn nesting_within_the_limit_is_walked_to_its_end() {
    let traits = format!(
        "{}{{}}{}",
        "{\"sidecar\": [{\"image\": \"s\", \"traits\": ".repeat(30),
        "}]}".repeat(30)
    );
    let text = format!(
        "{{\"name\": \"a\", \"components\": [{{\"name\": \"a\", \"type\": \"webservice\", \"image\": \"a\", \"traits\": {traits}}}]}}"
    );
    let loaded = load(&text, Format::Json);
    let paths: Vec<&str> = loaded
        .report
        .errors
        .iter()
        .map(|error| error.path.as_str())
        .collect();
    assert_eq!(paths, ["components[0].traits.sidecar[0].traits.sidecar"]);
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let alias = format!("*a{}", level - 1);
        text.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            vec![alias; 10].join(", ")
        ));
    }
    assert_eq!(
        load(&text, Format::Yaml).report.errors[0].code,
        "not-readable"
    );
    // few values, but long ones
    let long = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(100_000),
        vec!["*a"; 1_000].join(", ")
    );
    assert_eq!(
        load(&long, Format::Yaml).report.errors[0].code,
        "not-readable"
    );
}

#[test]
fn large_texts_are_refused() {
    let text = format!("{{\"name\": \"{}\"}}", "x".repeat(kubemin_model::MAX_BYTES));
    assert_eq!(
        load(&text, Format::Json).report.errors[0].code,
        "not-readable"
    );
    let many = format!("[{}1]", "1,".repeat(kubemin_model::MAX_NODES));
    assert_eq!(
        load(&many, Format::Json).report.errors[0].code,
        "not-readable"
    );
}

#[test]
fn messages_stay_short() {
    let text = format!(
        "{{\"name\": \"a\", \"{0}\": 1, \"id\": \"{0} {0}\"}}",
        "k".repeat(100_000)
    );
    let report = load(&text, Format::Json).report;
    for error in &report.errors {
        assert!(
            error.path.len() + error.message.len() < 1_500,
            "{}",
            error.code
        );
    }
    assert_eq!(report.errors.len(), 3);
}

#[test]
fn the_format_is_told_by_name_or_by_the_first_characters() {
    for (path, format) in [
        ("a.json", Some(Format::Json)),
        ("b/c.YAML", Some(Format::Yaml)),
        ("c.yml", Some(Format::Yaml)),
        ("noext", None),
        ("a.txt", None),
    ] {
        assert_eq!(Format::of_path(path), format, "{path}");
    }
    for (text, format) in [
        (" {}", Format::Json),
        ("// x\n{}", Format::Json),
        ("[1]", Format::Json),
        ("name: a", Format::Yaml),
        ("\u{feff}{}", Format::Json),
        ("", Format::Yaml),
    ] {
        assert_eq!(Format::sniff(text), format, "{text}");
    }
}
