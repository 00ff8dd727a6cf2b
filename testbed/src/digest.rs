//! Content hashes: the keys of the cache and the names of blobs.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Context, Result};

/// The SHA-256 of `bytes`, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A hash over named pieces, each with its length, so that no two lists of pieces are mistaken.
#[derive(Default)]
pub struct Key(Sha256);

impl Key {
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> &mut Self {
        for piece in [name.as_bytes(), bytes] {
            self.0
                .update(u64::try_from(piece.len()).unwrap_or(u64::MAX).to_le_bytes());
            self.0.update(piece);
        }
        self
    }

    /// Adds every file below `folder`, in the order of their names.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn add_folder(&mut self, folder: &Path) -> Result<&mut Self> {
        for file in files_below(folder)? {
            let bytes = fs::read(&file).context(|| format!("reading {} failed", file.display()))?;
            self.add(
                &file.strip_prefix(folder).unwrap_or(&file).to_string_lossy(),
                &bytes,
            );
        }
        Ok(self)
    }

    /// The first 16 digits: enough to tell the versions of one thing apart.
    pub fn finish(&self) -> String {
        let mut text = hex::encode(self.0.clone().finalize());
        text.truncate(16);
        text
    }
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).context(|| format!("reading {} failed", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry
            .context(|| format!("reading {} failed", folder.display()))?
            .path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_published_test_vector() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_key_tells_where_a_piece_ends() {
        let one = Key::default().add("ab", b"c").finish();
        let two = Key::default().add("a", b"bc").finish();
        assert_ne!(one, two);
    }
}
