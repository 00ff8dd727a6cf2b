//! Keys and variables that mean nothing, with the nearest that does.

use std::collections::BTreeSet;

use super::file::{Entry, Value};
use super::inputs::Inputs;
use super::resolve::Fault;
use super::sections::{every_section, every_setting};
use super::setting::Setting;

/// Variables of the client, and of what starts the server.
const OTHER_VARIABLES: [&str; 6] = [
    "KUBEMIN_CONFIG",
    "KUBEMIN_CONTEXT",
    "KUBEMIN_NAMESPACE",
    "KUBEMIN_SERVER",
    "KUBEMIN_TOKEN",
    "KUBEMIN_OUTPUT",
];
/// Letters that may differ for a variable to be taken for a misspelt one.
const TYPING_MISTAKES: usize = 3;

/// Entries of the file that no setting has.
pub(super) fn keys(file: &str, entries: &[Entry]) -> Vec<Fault> {
    let mut sections_told = BTreeSet::new();
    entries
        .iter()
        .filter(|entry| !is_known(&entry.path))
        .filter_map(|entry| {
            let section = section_of(&entry.path);
            let (path, message) = if is_section(section) {
                (entry.path.as_str(), unknown_key(entry)?)
            } else if sections_told.insert(section) {
                (section, unknown_section(entry))
            } else {
                return None;
            };
            Some(Fault {
                place: format!("{file}:{}:{}", entry.at.line, entry.at.column),
                keys: vec![path.to_owned()],
                message,
            })
        })
        .collect()
}

/// Variables that look like misspelt settings. Only a warning: Kubernetes sets variables of its own for a Service
/// that is called `kubemin…`.
pub(super) fn variables(inputs: &Inputs) -> Vec<String> {
    let known: Vec<String> = every_setting().map(Setting::environment).collect();
    inputs
        .environment
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| name.starts_with("KUBEMIN_") && !OTHER_VARIABLES.contains(name))
        .filter(|name| !known.iter().any(|other| other == name))
        .filter_map(|name| {
            let (distance, nearest) = known
                .iter()
                .map(|other| (strsim::damerau_levenshtein(name, other), other))
                .min()?;
            (distance <= TYPING_MISTAKES)
                .then(|| format!("the variable {name} is no setting; did you mean {nearest}?"))
        })
        .collect()
}

fn is_known(path: &str) -> bool {
    every_setting().any(|setting| {
        setting.in_the_open() && (setting.key == path || setting.also.contains(&path))
    })
}

fn is_section(name: &str) -> bool {
    every_section().any(|(section, _, _)| section == name)
}

fn section_of(path: &str) -> &str {
    path.split_once('.').map_or(path, |(section, _)| section)
}

/// `None` for a section without content.
fn unknown_key(entry: &Entry) -> Option<String> {
    if is_section(&entry.path) {
        return (entry.value != Value::Empty)
            .then(|| "is a section; settings stand below it, each on a line".to_owned());
    }
    let hidden = every_setting().find(|setting| setting.key == entry.path);
    if let Some(setting) = hidden {
        return Some(format!(
            "is a secret; give it as the variable {}, or name a file",
            setting.environment()
        ));
    }
    let nearest = every_setting()
        .filter(|setting| setting.in_the_open())
        .map(|setting| (closeness(setting.key, &entry.path), setting.key))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or("", |(_, key)| key);
    Some(format!("is no setting; did you mean {nearest}?"))
}

fn unknown_section(entry: &Entry) -> String {
    let section = section_of(&entry.path);
    // a setting without its section, or under the name of its flag
    let dashed = section.trim_start_matches("--");
    let setting =
        every_setting().find(|setting| last(setting.key) == section || setting.flag == dashed);
    if let Some(setting) = setting {
        return format!("is no section; the setting is called {}", setting.key);
    }
    let nearest = every_section()
        .map(|(name, _, _)| (strsim::jaro_winkler(name, section), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or("", |(_, name)| name);
    format!("is no section; did you mean {nearest}?")
}

fn closeness(key: &str, path: &str) -> f64 {
    let same_section = section_of(key) == section_of(path);
    // a name in another section is meant only when it fits much better
    strsim::jaro_winkler(last(key), last(path)) - if same_section { 0.0 } else { 0.15 }
}

fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}
