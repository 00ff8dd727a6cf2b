//! A layer: a tree of files in memory, written as a tar whose bytes follow from its contents alone.

use std::collections::BTreeMap;
use std::io::Read;

use tar::{Builder, EntryType, Header};

use crate::error::{Context, Result};

/// One file, folder or link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub mode: u32,
    pub owner: (u64, u64),
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Folder,
    File(Vec<u8>),
    Link(String),
}

/// Paths, without a slash in front, and what is there.
#[derive(Debug, Default)]
pub struct Layer(BTreeMap<String, Node>);

/// Debian's old top-level folders, which are links into `/usr`.
const MERGED: [&str; 4] = ["bin", "sbin", "lib", "lib64"];
/// What a container has no use for.
const UNUSED: [&str; 7] = [
    "usr/share/doc",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/lintian",
    "usr/share/bug",
    "usr/share/doc-base",
];

impl Layer {
    pub fn insert(&mut self, path: &str, node: Node) {
        let path = merged(path);
        if path.is_empty() || UNUSED.iter().any(|unused| path.starts_with(unused)) {
            return;
        }
        let mut end = 0;
        while let Some(slash) = path[end..].find('/') {
            end += slash;
            self.0.entry(path[..end].to_owned()).or_insert_with(folder);
            end += 1;
        }
        self.0.insert(path, node);
    }

    pub fn file(&mut self, path: &str, mode: u32, bytes: Vec<u8>) {
        self.insert(
            path,
            Node {
                mode,
                owner: (0, 0),
                kind: Kind::File(bytes),
            },
        );
    }

    pub fn link(&mut self, path: &str, target: &str) {
        self.insert(
            path,
            Node {
                mode: 0o777,
                owner: (0, 0),
                kind: Kind::Link(target.to_owned()),
            },
        );
    }

    pub fn folder(&mut self, path: &str, mode: u32) {
        self.insert(path, Node { mode, ..folder() });
    }

    /// Links the old top-level folders into `/usr`. They are not merged paths themselves.
    pub fn link_merged_folders(&mut self) {
        for name in MERGED {
            self.0.insert(
                name.to_owned(),
                Node {
                    mode: 0o777,
                    owner: (0, 0),
                    kind: Kind::Link(format!("usr/{name}")),
                },
            );
            self.0.entry(format!("usr/{name}")).or_insert_with(folder);
        }
        self.0.entry("usr".to_owned()).or_insert_with(folder);
    }

    /// Removes every path that starts so.
    pub fn remove(&mut self, start: &str) {
        self.0.retain(|path, _| !path.starts_with(start));
    }

    /// Adds what a tar holds, as a package's does.
    ///
    /// # Errors
    /// When the tar cannot be read.
    pub fn unpack(&mut self, bytes: &[u8]) -> Result<()> {
        let mut archive = tar::Archive::new(bytes);
        let entries = archive
            .entries()
            .context(|| "reading a package failed".to_owned())?;
        for entry in entries {
            self.unpack_entry(entry.context(|| "reading a package failed".to_owned())?)?;
        }
        Ok(())
    }

    fn unpack_entry(&mut self, mut entry: tar::Entry<'_, &[u8]>) -> Result<()> {
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = path
            .trim_start_matches("./")
            .trim_end_matches('/')
            .to_owned();
        let target = entry
            .link_name_bytes()
            .map(|name| String::from_utf8_lossy(&name).into_owned())
            .unwrap_or_default();
        let header = entry.header();
        let mode = header.mode().unwrap_or(0o755) & 0o7777;
        let owner = (header.uid().unwrap_or(0), header.gid().unwrap_or(0));
        let kind = match header.entry_type() {
            EntryType::Directory => Kind::Folder,
            EntryType::Symlink => Kind::Link(target),
            EntryType::Link => match self.0.get(&merged(target.trim_start_matches("./"))) {
                Some(node) => node.kind.clone(),
                None => return Ok(()),
            },
            _ => {
                let mut bytes = Vec::new();
                entry
                    .read_to_end(&mut bytes)
                    .context(|| format!("reading {path} from a package failed"))?;
                Kind::File(bytes)
            }
        };
        self.insert(&path, Node { mode, owner, kind });
        Ok(())
    }

    /// The layer as an uncompressed tar, its entries sorted and without times.
    ///
    /// # Errors
    /// When a path does not fit the format.
    pub fn to_tar(&self) -> Result<Vec<u8>> {
        let mut builder = Builder::new(Vec::new());
        for (path, node) in &self.0 {
            append(&mut builder, path, node)
                .context(|| format!("adding {path} to a layer failed"))?;
        }
        builder
            .into_inner()
            .context(|| "finishing a layer failed".to_owned())
    }
}

fn folder() -> Node {
    Node {
        mode: 0o755,
        owner: (0, 0),
        kind: Kind::Folder,
    }
}

fn merged(path: &str) -> String {
    let path = path.trim_matches('/');
    match path.split_once('/') {
        Some((first, _)) if MERGED.contains(&first) => format!("usr/{path}"),
        None if MERGED.contains(&path) => format!("usr/{path}"),
        _ => path.to_owned(),
    }
}

fn append(builder: &mut Builder<Vec<u8>>, path: &str, node: &Node) -> std::io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_mode(node.mode);
    header.set_uid(node.owner.0);
    header.set_gid(node.owner.1);
    header.set_mtime(0);
    header.set_size(0);
    match &node.kind {
        Kind::Folder => {
            header.set_entry_type(EntryType::Directory);
            builder.append_data(&mut header, format!("{path}/"), std::io::empty())
        }
        Kind::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            builder.append_link(&mut header, path, target)
        }
        Kind::File(bytes) => {
            header.set_entry_type(EntryType::Regular);
            header.set_size(u64::try_from(bytes.len()).unwrap_or(0));
            builder.append_data(&mut header, path, bytes.as_slice())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_knows_only_the_old_folders_lands_in_usr() {
        let mut layer = Layer::default();
        layer.link_merged_folders();
        layer.file("/bin/busybox", 0o755, b"x".to_vec());
        assert!(layer.0.contains_key("usr/bin/busybox"));
        assert_eq!(layer.0["bin"].kind, Kind::Link("usr/bin".to_owned()));
    }

    #[test]
    fn the_same_tree_gives_the_same_bytes_in_whatever_order_it_was_made() {
        let mut one = Layer::default();
        one.file("a/b", 0o644, b"1".to_vec());
        one.link("c", "a/b");
        let mut two = Layer::default();
        two.link("c", "a/b");
        two.file("a/b", 0o644, b"1".to_vec());
        assert_eq!(one.to_tar().unwrap(), two.to_tar().unwrap());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut layer = Layer::default();
        layer.file("etc/long/".repeat(30).as_str(), 0o600, b"deep".to_vec());
        layer.folder("tmp", 0o1777);
        let mut again = Layer::default();
        again.unpack(&layer.to_tar().unwrap()).unwrap();
        assert_eq!(layer.0, again.0);
    }
}
