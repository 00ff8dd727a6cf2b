//! OCI archives: a tar of an index, manifests, configurations and layers, each named by its hash.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde_json::{Value, json};
use tar::{Builder, EntryType, Header};

use crate::digest::sha256;
use crate::error::{Context, Error, Result};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const NAME: &str = "io.containerd.image.name";

/// An image to write: its full reference and the `config` part of its configuration.
pub struct Image {
    pub reference: String,
    pub config: Value,
}

/// What an archive holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// Full references and the digests of their manifests.
    pub images: BTreeMap<String, String>,
    /// Digests and where in the archive their bytes are: offset and size.
    pub blobs: BTreeMap<String, (u64, u64)>,
}

/// Writes an archive of images that share their layers; the file appears complete or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, layers: &[Vec<u8>], images: &[Image]) -> Result<()> {
    let mut blobs: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut add = |bytes: Vec<u8>, kind: &str| {
        let digest = format!("sha256:{}", sha256(&bytes));
        let descriptor = json!({"mediaType": kind, "digest": digest, "size": bytes.len()});
        blobs.insert(digest, bytes);
        descriptor
    };
    let layers: Vec<Value> = layers
        .iter()
        .map(|layer| add(layer.clone(), LAYER))
        .collect();
    let mut manifests = Vec::new();
    for image in images {
        let config = add(
            configuration(image, &layers).to_string().into_bytes(),
            CONFIG,
        );
        let manifest =
            json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers});
        let added = add(manifest.to_string().into_bytes(), MANIFEST);
        manifests.push(descriptor(
            &image.reference,
            added["digest"].as_str().unwrap_or_default(),
            added["size"].as_u64().unwrap_or(0),
        ));
    }
    write_file(path, manifests, &blobs)
}

/// Joins archives into one that has what they share only once.
///
/// # Errors
/// When one cannot be read, or the whole cannot be written.
pub fn merge(paths: &[std::path::PathBuf], target: &Path) -> Result<()> {
    let (mut blobs, mut manifests) = (BTreeMap::new(), Vec::new());
    for path in paths {
        let contents = contents(path)?;
        for digest in contents.blobs.keys() {
            if !blobs.contains_key(digest) {
                blobs.insert(digest.clone(), blob(path, &contents, digest)?);
            }
        }
        manifests.extend(contents.images.iter().map(|(reference, digest)| {
            let size = contents.blobs.get(digest).map_or(0, |(_, size)| *size);
            descriptor(reference, digest, size)
        }));
    }
    write_file(target, manifests, &blobs)
}

fn descriptor(reference: &str, digest: &str, size: u64) -> Value {
    json!({
        "mediaType": MANIFEST,
        "digest": digest,
        "size": size,
        "annotations": {NAME: reference},
        "platform": {"architecture": "amd64", "os": "linux"},
    })
}

fn write_file(path: &Path, manifests: Vec<Value>, blobs: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let index = json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests});
    let unfinished = path.with_extension("unfinished");
    let file = fs::File::create(&unfinished)
        .context(|| format!("writing {} failed", unfinished.display()))?;
    write_tar(file, &index, blobs)
        .context(|| format!("writing {} failed", unfinished.display()))?;
    fs::rename(&unfinished, path).context(|| format!("writing {} failed", path.display()))
}

/// Layers are not compressed, so a layer's digest is that of its contents, too.
fn configuration(image: &Image, layers: &[Value]) -> Value {
    let contents: Vec<&Value> = layers.iter().map(|layer| &layer["digest"]).collect();
    json!({
        "created": "2025-01-01T00:00:00Z",
        "architecture": "amd64",
        "os": "linux",
        "config": image.config,
        "rootfs": {"type": "layers", "diff_ids": contents},
        "history": layers.iter().map(|_| json!({"created_by": "kubemin testbed"})).collect::<Vec<_>>(),
    })
}

fn write_tar(
    file: fs::File,
    index: &Value,
    blobs: &BTreeMap<String, Vec<u8>>,
) -> std::io::Result<()> {
    let mut builder = Builder::new(std::io::BufWriter::new(file));
    let mut append = |path: &str, bytes: &[u8]| {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_size(u64::try_from(bytes.len()).unwrap_or(0));
        builder.append_data(&mut header, path, bytes)
    };
    append("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#)?;
    append("index.json", index.to_string().as_bytes())?;
    for (digest, bytes) in blobs {
        append(&format!("blobs/{}", digest.replace(':', "/")), bytes)?;
    }
    builder
        .into_inner()?
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?
        .sync_all()
}

/// Reads what an archive holds, without its blobs.
///
/// # Errors
/// When it cannot be read or has no index.
pub fn contents(path: &Path) -> Result<Contents> {
    let context = || format!("reading {} failed", path.display());
    let mut archive = tar::Archive::new(fs::File::open(path).context(context)?);
    let mut found = Contents::default();
    let mut index = None;
    for entry in archive.entries_with_seek().context(context)? {
        let mut entry = entry.context(context)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if name == "index.json" {
            let mut text = String::new();
            entry.read_to_string(&mut text).context(context)?;
            index = Some(text);
        } else if let Some(digest) = name.strip_prefix("blobs/") {
            found.blobs.insert(
                digest.replace('/', ":"),
                (entry.raw_file_position(), entry.size()),
            );
        }
    }
    let malformed = |why: String| Error::Malformed {
        what: path.display().to_string(),
        why,
    };
    let index = index
        .ok_or_else(|| malformed("it has no index.json, so it is not an OCI archive".to_owned()))?;
    let index: Value =
        serde_json::from_str(&index).map_err(|error| malformed(error.to_string()))?;
    for manifest in index["manifests"].as_array().into_iter().flatten() {
        if let (Some(name), Some(digest)) = (
            manifest["annotations"][NAME].as_str(),
            manifest["digest"].as_str(),
        ) {
            found.images.insert(name.to_owned(), digest.to_owned());
        }
    }
    Ok(found)
}

/// The layers of the first image of an archive, in order.
///
/// # Errors
/// When a blob is missing.
pub fn layers(path: &Path) -> Result<Vec<Vec<u8>>> {
    let contents = contents(path)?;
    let malformed = |why: &str| Error::Malformed {
        what: path.display().to_string(),
        why: why.to_owned(),
    };
    let manifest = contents
        .images
        .values()
        .next()
        .ok_or_else(|| malformed("it has no image"))?;
    let manifest: Value = serde_json::from_slice(&blob(path, &contents, manifest)?)
        .map_err(|error| malformed(&error.to_string()))?;
    let digests = manifest["layers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|layer| layer["digest"].as_str());
    digests
        .map(|digest| blob(path, &contents, digest))
        .collect()
}

fn blob(path: &Path, contents: &Contents, digest: &str) -> Result<Vec<u8>> {
    let (offset, size) = contents.blobs.get(digest).ok_or_else(|| Error::Malformed {
        what: path.display().to_string(),
        why: format!("it lacks {digest}"),
    })?;
    let read = || {
        let mut file = fs::File::open(path)?;
        file.seek(SeekFrom::Start(*offset))?;
        let mut bytes = Vec::new();
        file.take(*size).read_to_end(&mut bytes).map(|_| bytes)
    };
    read().context(|| format!("reading {} failed", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_blob_is_named_by_its_hash_and_found_where_the_contents_say() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tar");
        let image = |tag: &str| Image {
            reference: format!("docker.io/library/a:{tag}"),
            config: json!({"Env": [tag]}),
        };
        write(
            &path,
            &[b"layer one".to_vec(), b"layer two".to_vec()],
            &[image("1"), image("2")],
        )
        .unwrap();
        let contents = contents(&path).unwrap();
        assert_eq!(
            contents.images.keys().collect::<Vec<_>>(),
            ["docker.io/library/a:1", "docker.io/library/a:2"]
        );
        for digest in contents.blobs.keys() {
            assert_eq!(
                *digest,
                format!(
                    "sha256:{}",
                    sha256(&blob(&path, &contents, digest).unwrap())
                )
            );
        }
        assert_eq!(
            layers(&path).unwrap(),
            [b"layer one".to_vec(), b"layer two".to_vec()]
        );
    }

    #[test]
    fn a_merged_archive_has_every_image_and_a_shared_layer_once() {
        let folder = tempfile::tempdir().unwrap();
        let part = |name: &str| folder.path().join(name);
        let image = |name: &str| Image {
            reference: format!("docker.io/library/{name}:1"),
            config: json!({"Cmd": [name]}),
        };
        write(&part("a"), &[b"base".to_vec()], &[image("a")]).unwrap();
        write(
            &part("b"),
            &[b"base".to_vec(), b"more".to_vec()],
            &[image("b")],
        )
        .unwrap();
        merge(&[part("a"), part("b")], &part("all")).unwrap();
        let all = contents(&part("all")).unwrap();
        assert_eq!(all.images.len(), 2);
        assert_eq!(
            all.blobs.len(),
            2 + 2 * 2,
            "two layers, and a manifest and a configuration of each image"
        );
    }

    #[test]
    fn a_tar_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.tar");
        fs::write(&path, [0; 1024]).unwrap();
        assert!(
            contents(&path)
                .unwrap_err()
                .to_string()
                .contains("index.json")
        );
    }
}
