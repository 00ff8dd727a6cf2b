//! Whole applications, object by object: `golden/<case>/app.json` becomes `golden/<case>/objects.yaml`.
//!
//! `KUBEMIN_UPDATE_GOLDEN=1` writes the second file anew; read its change before it is committed.

mod rendered;

use std::path::Path;

use kubemin_compile::render_yaml;
use rendered::rendered;

#[track_caller]
fn check(case: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(case);
    let document = std::fs::read_to_string(folder.join("app.json")).unwrap();
    let seen = render_yaml(rendered(&serde_json::from_str(&document).unwrap()).compiled());
    let expected = folder.join("objects.yaml");
    if std::env::var_os("KUBEMIN_UPDATE_GOLDEN").is_some() {
        std::fs::write(&expected, &seen).unwrap();
    }
    assert_eq!(seen, std::fs::read_to_string(expected).unwrap());
}

#[test]
fn all_traits_of_the_manual() {
    check("all-traits");
}

#[test]
fn all_added_traits() {
    check("added-traits");
}

#[test]
fn stores_and_services_in_steps() {
    check("workflow-steps");
}
