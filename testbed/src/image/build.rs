//! Builds the archives of images that are not in the cache.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::digest::Key;
use crate::error::{Context, Result};
use crate::image::archive::{self, Image};
use crate::image::debian;
use crate::image::definition::{self, Definition};
use crate::image::layer::Layer;
use crate::layout;
use crate::programs;

/// The archives that a new cluster loads: first what a node needs to be Ready, then all the
/// others in one, because most of them share a layer. Builds what is missing.
///
/// # Errors
/// When an image cannot be built.
pub fn ensure_bundles() -> Result<Vec<PathBuf>> {
    let (first, rest): (Vec<String>, Vec<String>) = definition::all()?
        .into_iter()
        .partition(|name| ESSENTIAL.contains(&name.as_str()));
    [("0-essential", first), ("1-others", rest)]
        .into_iter()
        .map(|(name, images)| ensure_bundle(name, &images))
        .collect()
}

fn ensure_bundle(name: &str, images: &[String]) -> Result<PathBuf> {
    let archives: Vec<PathBuf> = images
        .iter()
        .map(|image| ensure(image))
        .collect::<Result<_>>()?;
    let mut key = Key::default();
    for archive in &archives {
        key.add(
            &archive.file_name().unwrap_or_default().to_string_lossy(),
            b"",
        );
    }
    let folder = layout::cache()?.join("bundles");
    let bundle = folder.join(format!("{name}-{}.tar", key.finish()));
    if !bundle.exists() {
        fs::create_dir_all(&folder).context(|| format!("making {} failed", folder.display()))?;
        let _lock = programs::lock(&folder.join("lock"))?;
        archive::merge(&archives, &bundle)?;
        remove_older(&folder, name, &bundle);
    }
    Ok(bundle)
}

/// The archive of one definition; builds it when it is missing.
///
/// # Errors
/// As [`ensure_bundles`].
fn ensure(name: &str) -> Result<PathBuf> {
    let definition = definition::read(name)?;
    let folder = layout::cache()?.join("images");
    let archive = folder.join(format!(
        "{name}-{}.tar",
        definition::key(name, &definition)?
    ));
    if archive.exists() {
        return Ok(archive);
    }
    fs::create_dir_all(&folder).context(|| format!("making {} failed", folder.display()))?;
    let _lock = programs::lock(&folder.join(format!("{name}.lock")))?;
    if !archive.exists() {
        eprintln!("building image {name} …");
        build(&definition, &archive)?;
        remove_older(&folder, name, &archive);
    }
    Ok(archive)
}

/// What a node needs before it can be Ready.
const ESSENTIAL: [&str; 2] = ["pause", "coredns"];

/// Archives of earlier definitions are of no use any more; clusters have links of their own.
fn remove_older(folder: &Path, name: &str, keep: &Path) {
    let is_of_name = |path: &Path| {
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .and_then(|stem| stem.rsplit_once('-'));
        path.extension().is_some_and(|end| end == "tar")
            && stem.is_some_and(|(start, _)| start == name)
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path() != keep && is_of_name(&entry.path()) {
            // One that stays costs room and nothing else.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn build(definition: &Definition, target: &Path) -> Result<()> {
    let mut layers = Vec::new();
    let mut below = Vec::new();
    let work = layout::cache()?.join("packages");
    if let Some(base) = &definition.base {
        layers = archive::layers(&ensure(base)?)?;
        below = debian::closure(&definition::read(base)?.packages, &work)?;
    }
    let mut layer = Layer::default();
    if definition.applets.is_some() {
        layer.link_merged_folders();
    }
    if !definition.packages.is_empty() {
        let mut wanted = debian::closure(&definition.packages, &work)?;
        wanted.retain(|package| !below.contains(package));
        for package in debian::fetch(&wanted, &definition.packages, &work)? {
            layer.unpack(&debian::files(&package)?)?;
        }
    }
    definition.omit.iter().for_each(|start| layer.remove(start));
    add_own(definition, &mut layer)?;
    layers.push(layer.to_tar()?);
    archive::write(target, &layers, &images(definition))
}

fn add_own(definition: &Definition, layer: &mut Layer) -> Result<()> {
    let folder = layout::sources().join("images");
    let read =
        |path: &Path| fs::read(path).context(|| format!("reading {} failed", path.display()));
    for (path, program) in &definition.programs {
        layer.file(
            path,
            0o755,
            read(&programs::ensure(programs::find(program)?)?)?,
        );
    }
    for (path, mode) in &definition.folders {
        layer.folder(path, definition::mode(mode)?);
    }
    for (path, file) in &definition.files {
        let mode = file.mode.as_deref().map_or(Ok(0o644), definition::mode)?;
        layer.file(path, mode, read(&folder.join(&file.from))?);
    }
    if let Some(list) = &definition.applets {
        let text = String::from_utf8_lossy(&read(&folder.join(list))?).into_owned();
        text.lines()
            .filter(|line| !line.is_empty())
            .for_each(|path| layer.link(path, "/bin/busybox"));
    }
    for (path, target) in &definition.links {
        layer.link(path, target);
    }
    Ok(())
}

fn images(definition: &Definition) -> Vec<Image> {
    let names = definition
        .names
        .iter()
        .flat_map(|(repository, tags)| tags.iter().map(move |tag| (repository, tag)));
    names
        .map(|(repository, tag)| Image {
            reference: format!("{repository}:{tag}"),
            config: config(definition, tag),
        })
        .collect()
}

/// The image's tag is in its environment, so that an update can be seen from outside.
fn config(definition: &Definition, tag: &str) -> Value {
    let path = (
        "PATH".to_owned(),
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
    );
    let version = ("IMAGE_VERSION".to_owned(), tag.to_owned());
    let own = definition
        .environment
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()));
    let environment: Vec<String> = [path, version]
        .into_iter()
        .chain(own)
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let ports: Map<String, Value> = definition
        .ports
        .iter()
        .map(|port| (format!("{port}/tcp"), json!({})))
        .collect();
    json!({
        "Env": environment,
        "Entrypoint": definition.entrypoint,
        "Cmd": definition.command,
        "WorkingDir": definition.working_folder.as_deref().unwrap_or("/"),
        "ExposedPorts": ports,
    })
}
