//! The program's bill of materials: every crate that is linked into it, from the lock file
//! (CycloneDX 1.6, <https://cyclonedx.org/docs/1.6/json/>).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::program::{command, output};

/// Where the file lies; `kubemin version --sbom` prints it.
pub const NAME: &str = "docs/reference/sbom.cdx.json";
/// The package that is the program.
const PROGRAM: &str = "kubemin";
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    /// Where it is from; none for our own.
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    /// None for what is linked, else `dev` or `build`.
    kind: Option<String>,
}

/// Writes the file below a folder.
pub fn write(folder: &Path) -> Result<()> {
    let asked = [
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        PLATFORM,
    ];
    let metadata: Metadata = serde_json::from_str(&output(command("cargo", &asked))?)
        .context("cargo metadata cannot be understood")?;
    let path = folder.join(NAME);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let text = serde_json::to_string_pretty(&document(&metadata)?)? + "\n";
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn document(metadata: &Metadata) -> Result<Value> {
    let program = metadata
        .packages
        .iter()
        .find(|package| package.name == PROGRAM);
    let program = program.with_context(|| format!("there is no package {PROGRAM}"))?;
    let linked = linked(&metadata.resolve, &program.id);
    let mut components: Vec<(&str, &str, Value)> = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some() && linked.contains(package.id.as_str()))
        .map(|package| {
            (
                package.name.as_str(),
                package.version.as_str(),
                component(package),
            )
        })
        .collect();
    components.sort_by_key(|(name, version, _)| (*name, *version));
    let components: Vec<Value> = components.into_iter().map(|(_, _, value)| value).collect();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {"component": {"type": "application", "name": PROGRAM, "version": program.version}},
        "components": components,
    }))
}

/// Ids of everything that is linked into the program.
fn linked<'a>(resolve: &'a Resolve, program: &'a str) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<&str, &Node> = resolve
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), node))
        .collect();
    let (mut seen, mut open) = (BTreeSet::new(), vec![program]);
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let edges = nodes.get(id).into_iter().flat_map(|node| &node.deps);
        let linked = edges.filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()));
        open.extend(linked.map(|edge| edge.pkg.as_str()));
    }
    seen
}

fn component(package: &Package) -> Value {
    let Package { name, version, .. } = package;
    json!({
        "type": "library",
        "name": name,
        "version": version,
        "purl": format!("pkg:cargo/{name}@{version}"),
        "licenses": package.license.iter().map(|licence| json!({"expression": licence})).collect::<Vec<_>>(),
    })
}
