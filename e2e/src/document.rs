//! Application documents for tests.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Writes a document into a folder and gives its path.
pub fn write(folder: &Path, name: &str, document: &Value) -> PathBuf {
    let path = folder.join(format!("{name}.json"));
    let text = serde_json::to_string_pretty(document).expect("a JSON value can be written");
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path
}
