//! Documents for tests and what came out of them.

use kubemin_model::{Format, Loaded, Report, load};
use serde_json::{Value, json};

/// Loads a document given as a value.
pub fn load_value(document: &Value) -> Loaded {
    load(&document.to_string(), Format::Json)
}

/// A webservice `web` with these traits and everything else in order.
pub fn with_traits(traits: Value) -> Value {
    json!({"name": "shop", "components": [{"name": "web", "type": "webservice", "image": "web:1", "traits": traits}]})
}

/// An application of these components.
pub fn with_components(components: Value) -> Value {
    json!({"name": "shop", "components": components})
}

/// Paths of the errors, sorted.
pub fn error_paths(report: &Report) -> Vec<String> {
    let mut paths: Vec<String> = report
        .errors
        .iter()
        .map(|error| error.path.clone())
        .collect();
    paths.sort();
    paths
}

/// Asserts that the errors are exactly at these places, each place once.
#[track_caller]
pub fn refused_at(document: &Value, wanted: &[&str]) {
    let loaded = load_value(document);
    let mut wanted: Vec<String> = wanted.iter().map(|path| (*path).to_owned()).collect();
    wanted.sort();
    assert_eq!(
        error_paths(&loaded.report),
        wanted,
        "{document:#}\n{:#?}",
        loaded.report.errors
    );
    assert!(loaded.application().is_none());
}

/// Asserts that the document is accepted with warnings at exactly these places.
#[track_caller]
pub fn warned_at(document: &Value, wanted: &[&str]) {
    let loaded = load_value(document);
    assert!(
        loaded.application().is_some(),
        "{document:#}\n{:#?}",
        loaded.report.errors
    );
    let mut paths: Vec<&str> = loaded
        .report
        .warnings
        .iter()
        .map(|warning| warning.path.as_str())
        .collect();
    paths.sort_unstable();
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    assert_eq!(paths, wanted, "{document:#}\n{:#?}", loaded.report.warnings);
}

/// Asserts that the document is accepted without a word.
#[track_caller]
pub fn accepted(document: &Value) -> Value {
    warned_at(document, &[]);
    let loaded = load_value(document);
    let application = loaded.application().expect("just accepted");
    serde_json::to_value(application.document()).expect("types serialise")
}
