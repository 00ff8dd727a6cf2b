//! What every input must come to: a refusal that says something, or valid objects, the same each time.

mod changes;
#[path = "../../crates/compile/tests/rendered/invariants.rs"]
mod invariants;

use kubemin_compile::{Compilation, compile, render_yaml};
use kubemin_model::{FieldError, Format, ValidApplication, load, revive};
use kubemin_objects::{ClusterFacts, GpuNames};
use serde_json::Value;

pub use changes::changed_example;

/// Loads a text and compiles what it says; panics when a rule is broken.
pub fn examine(text: &str, format: Format) {
    let loaded = load(text, format);
    for found in loaded.report.errors.iter().chain(&loaded.report.warnings) {
        says_something(found);
    }
    let Some(app) = loaded.application() else {
        assert!(!loaded.report.errors.is_empty(), "refused without a word");
        return;
    };
    assert!(loaded.report.errors.is_empty(), "accepted with errors");
    for facts in platforms() {
        match compile(app, &facts) {
            Ok(compilation) => check(app, &facts, &compilation),
            Err(errors) => {
                assert!(!errors.is_empty(), "refused without a word");
                errors.iter().for_each(says_something);
            }
        }
    }
    is_accepted_again(app);
}

/// An empty cluster, and one that offers everything else.
fn platforms() -> [ClusterFacts; 2] {
    let rich = ClusterFacts {
        gpu: GpuNames::of_platform("volcano").unwrap_or_default(),
        gateway_api: true,
        gateway: Some("infra/public".to_owned()),
        ingress_class: Some("nginx".to_owned()),
        hash_key: vec![7; 32],
        installation: "blue".to_owned(),
    };
    [ClusterFacts::default(), rich]
}

fn says_something(error: &FieldError) {
    assert!(
        !error.message.is_empty() && !error.code.is_empty(),
        "{error:?}"
    );
}

fn check(app: &ValidApplication, facts: &ClusterFacts, compilation: &Compilation) {
    invariants::check(&compilation.compiled);
    assert_eq!(
        compile(app, facts).as_ref(),
        Ok(compilation),
        "the same document becomes something else"
    );
    let yaml = render_yaml(&compilation.compiled);
    let mut documents = vec![String::new()];
    for line in yaml.split('\n') {
        match (line, documents.last_mut()) {
            ("---", _) => documents.push(String::new()),
            (_, Some(document)) => {
                document.push_str(line);
                document.push('\n');
            }
            _ => {}
        }
    }
    documents.retain(|document| !document.trim().is_empty());
    assert_eq!(documents.len(), compilation.compiled.objects.len());
    for (object, text) in compilation.compiled.objects.iter().zip(documents) {
        let read: Value = serde_saphyr::from_str(&text).expect("YAML that cannot be read");
        assert_eq!(
            read, object.body,
            "{}: YAML says something else",
            object.key
        );
    }
}

/// What is stored or exported is the same application.
fn is_accepted_again(app: &ValidApplication) {
    let document = app.document();
    let revived = revive(document.clone()).expect("a stored document is refused");
    assert_eq!(revived.document(), document, "a stored document changes");
    let text = serde_json::to_string(document).expect("a document that cannot be written");
    let exported = load(&text, Format::Json);
    let errors = &exported.report.errors;
    assert!(errors.is_empty(), "an export is refused: {errors:?}");
    let again = exported.application().map(ValidApplication::document);
    assert_eq!(again, Some(document), "an export says something else");
}
