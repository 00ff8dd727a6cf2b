//! `docs/troubleshooting.md` explains every cause word that the program can say, and no other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kubemin_e2e::example::repository;

/// Where causes are made.
const SOURCES: [&str; 3] = [
    "crates/workflow/src",
    "crates/engine/src",
    "crates/cluster/src",
];
/// What stands in front of the literal of a cause word.
const MAKERS: [&str; 2] = ["Cause::new(", "reason: "];

#[test]
fn every_cause_word_is_explained() {
    let explained = explained();
    let said = said();
    assert!(said.len() > 30, "the sources were not read: {said:?}");
    let missing: Vec<_> = said.difference(&explained).collect();
    assert!(
        missing.is_empty(),
        "docs/troubleshooting.md does not explain {missing:?}"
    );
}

#[test]
fn every_explained_word_can_be_said() {
    let sources = texts().join("\n");
    let stale: Vec<_> = explained()
        .into_iter()
        .filter(|word| !sources.contains(&format!("\"{word}\"")))
        .collect();
    assert!(
        stale.is_empty(),
        "docs/troubleshooting.md explains {stale:?}, which the program never says"
    );
}

/// First cells of the tables.
fn explained() -> BTreeSet<String> {
    let path = repository().join("docs/troubleshooting.md");
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let words = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    words.map(|(word, _)| word.to_owned()).collect()
}

fn said() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in texts() {
        let code = text.split("mod tests {").next().unwrap_or_default();
        for maker in MAKERS {
            words.extend(code.split(maker).skip(1).filter_map(word));
        }
    }
    words
}

/// The CamelCase literal at the beginning of a piece of code.
fn word(code: &str) -> Option<String> {
    let (word, _) = code.trim_start().strip_prefix('"')?.split_once('"')?;
    let camel = word.starts_with(|first: char| first.is_ascii_uppercase());
    (camel && word.chars().all(|letter| letter.is_ascii_alphanumeric())).then(|| word.to_owned())
}

fn texts() -> Vec<String> {
    let mut files = Vec::new();
    for folder in SOURCES {
        collect(&repository().join(folder), &mut files);
    }
    files
        .iter()
        .map(|file| std::fs::read_to_string(file).expect("a source file can be read"))
        .collect()
}

/// Source files without those that hold tests only.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let path = entry.expect("a folder can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && !path.ends_with("tests.rs")
        {
            files.push(path);
        }
    }
}
