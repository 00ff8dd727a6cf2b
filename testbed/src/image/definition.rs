//! What an image is made of, as `images/NAME.yaml` says it.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use crate::digest::Key;
use crate::error::{Context, Error, Result};
use crate::layout;
use crate::programs;

/// Raised when the same definition has to give another archive.
const FORMAT: &str = "2";

/// The definition of an archive: one file system under one or more names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Definition {
    /// Repository, with its registry, to the tags it has.
    pub names: BTreeMap<String, Vec<String>>,
    /// The image whose layer lies below.
    pub base: Option<String>,
    /// Debian packages, with what they depend on.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Starts of paths that the packages bring and nobody here needs.
    #[serde(default)]
    pub omit: Vec<String>,
    /// Paths in the image of programs of the testbed.
    #[serde(default)]
    pub programs: BTreeMap<String, String>,
    /// Paths in the image of files that lie beside the definition.
    #[serde(default)]
    pub files: BTreeMap<String, File>,
    /// Folders with their modes, which are octal.
    #[serde(default)]
    pub folders: BTreeMap<String, String>,
    /// Symbolic links and where they point.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
    /// A file beside the definition with the paths, one a line, at which busybox does its work.
    pub applets: Option<String>,
    #[serde(default)]
    pub entrypoint: Vec<String>,
    #[serde(default)]
    pub command: Vec<String>,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    #[serde(default)]
    pub ports: Vec<u16>,
    pub working_folder: Option<String>,
}

/// A file of an image.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path beside the definitions.
    pub from: String,
    /// Octal; 0644 when absent.
    pub mode: Option<String>,
}

/// Reads a definition.
///
/// # Errors
/// When it is missing or malformed.
pub fn read(name: &str) -> Result<Definition> {
    let path = layout::sources()
        .join("images")
        .join(format!("{name}.yaml"));
    let text =
        fs::read_to_string(&path).context(|| format!("reading {} failed", path.display()))?;
    serde_saphyr::from_str(&text).map_err(|error| Error::Malformed {
        what: path.display().to_string(),
        why: error.to_string(),
    })
}

/// The names of all definitions, those that others are built on first.
///
/// # Errors
/// When a definition cannot be read.
pub fn all() -> Result<Vec<String>> {
    let folder = layout::sources().join("images");
    let entries =
        fs::read_dir(&folder).context(|| format!("reading {} failed", folder.display()))?;
    let is_definition =
        |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "yaml");
    let paths = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(is_definition);
    let mut names: Vec<String> = paths
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    let mut layered = Vec::new();
    for name in &names {
        layered.push((read(name)?.base.is_some(), name.clone()));
    }
    layered.sort();
    Ok(layered.into_iter().map(|(_, name)| name).collect())
}

/// Changes whenever something that goes into the archive does, except what Debian updates.
///
/// # Errors
/// When a file, a program's source or the base cannot be read.
pub fn key(name: &str, definition: &Definition) -> Result<String> {
    let folder = layout::sources().join("images");
    let path = folder.join(format!("{name}.yaml"));
    let mut key = Key::default();
    let read = |path: &std::path::Path| {
        fs::read(path).context(|| format!("reading {} failed", path.display()))
    };
    key.add("format", FORMAT.as_bytes())
        .add("definition", &read(&path)?);
    let files = definition
        .files
        .values()
        .map(|file| &file.from)
        .chain(&definition.applets);
    for file in files {
        key.add(file, &read(&folder.join(file))?);
    }
    for program in definition.programs.values() {
        key.add(program, programs::key(programs::find(program)?)?.as_bytes());
    }
    if let Some(base) = &definition.base {
        key.add("base", self::key(base, &self::read(base)?)?.as_bytes());
    }
    Ok(key.finish())
}

/// Reads a mode such as `0755`.
///
/// # Errors
/// When it is not octal.
pub fn mode(text: &str) -> Result<u32> {
    u32::from_str_radix(text, 8).map_err(|error| Error::Malformed {
        what: format!("the mode {text:?}"),
        why: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_can_be_read_and_no_name_is_given_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for name in all().unwrap() {
            let definition = read(&name).unwrap();
            key(&name, &definition).unwrap();
            for (repository, tags) in &definition.names {
                for tag in tags {
                    assert!(
                        seen.insert(format!("{repository}:{tag}")),
                        "{repository}:{tag} is there twice"
                    );
                }
            }
        }
        for manual in [
            "docker.io/library/nginx:latest",
            "docker.io/library/nginx:1.21",
            "docker.io/library/mysql:8.0",
            "docker.io/library/redis:latest",
            "docker.io/library/busybox:latest",
            "docker.io/library/alpine:latest",
            "docker.io/library/backup-agent:v1",
            "docker.io/fluent/fluentd:v1.14",
            "docker.io/envoyproxy/envoy:v1.25.0",
            "docker.io/prom/node-exporter:v1.5.0",
            "docker.io/myregistry/backend:v1.0.0",
            "docker.io/myregistry/frontend:v1.0.0",
            crate::image::PAUSE,
        ] {
            assert!(seen.contains(manual), "{manual} is not there");
        }
    }

    #[test]
    fn a_base_comes_before_what_is_built_on_it() {
        let names = all().unwrap();
        let place = |name: &str| names.iter().position(|other| other == name).unwrap();
        assert!(place("busybox") < place("nginx"));
    }
}
