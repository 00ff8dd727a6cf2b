//! The encryption key and where it comes from (decision 47).

use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::OpenError;
use crate::folder::{DataFolder, open_private};
use crate::seal::Sealer;

const KEY_FILE: &str = "encryption.key";
/// A key that a rotation has written, but not yet put in its place.
const NEXT_KEY_FILE: &str = "encryption.key.next";
/// End of the name of a key file that is not in its place yet.
const NEXT: &str = ".next";

/// 256 bits that seal secret values.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

/// Where the key comes from.
#[derive(Clone, Default)]
pub enum KeySource {
    /// `encryption.key` in the data folder, made when absent.
    #[default]
    DataFolder,
    /// `--encryption-key-file`.
    File(PathBuf),
    /// The text itself, from the environment.
    Text(String),
}

impl Key {
    /// A new random key.
    pub fn generate() -> Result<Self, OpenError> {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes)
            .map_err(|_| OpenError::Database("no random numbers for a key".to_owned()))?;
        Ok(Self(bytes))
    }

    /// Reads 32 bytes written as base64 or as hexadecimal digits. `from` names the source in an error.
    pub fn parse(text: &str, from: &str) -> Result<Self, OpenError> {
        let text = text.trim();
        hex::decode(text)
            .ok()
            .or_else(|| STANDARD.decode(text).ok())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(Self)
            .ok_or_else(|| OpenError::KeyForm(from.to_owned()))
    }

    /// Reads a key file, or makes one with a random key, readable by its owner only. Answers whether it was made.
    pub fn read_or_make(path: &Path) -> Result<(Self, bool), OpenError> {
        if let Some(key) = read(path)? {
            return Ok((key, false));
        }
        let key = Self::generate()?;
        replace(path, &key)?;
        Ok((key, true))
    }

    /// Public name of the key: tells keys apart and gives nothing away.
    pub fn id(&self) -> Result<String, OpenError> {
        Ok(Sealer::new(self.clone())?.id().to_owned())
    }

    /// The key as base64, as it stands in a key file.
    pub fn to_text(&self) -> String {
        STANDARD.encode(self.0)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl KeySource {
    /// For messages.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::DataFolder => "the data folder".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Text(_) => "the environment".to_owned(),
        }
    }

    /// The keys that may be the one in use, most likely first. Empty when the data folder has none yet.
    pub(crate) fn candidates(&self, folder: Option<&DataFolder>) -> Result<Vec<Key>, OpenError> {
        match self {
            Self::Text(text) => Ok(vec![Key::parse(text, &self.describe())?]),
            Self::File(path) => match read(path)? {
                Some(key) => Ok(vec![key]),
                None => Err(OpenError::file(path, "no such key file")),
            },
            Self::DataFolder => {
                let folder = folder.ok_or(OpenError::KeyNeeded)?;
                let places = [KEY_FILE, NEXT_KEY_FILE].map(|name| folder.file(name));
                let found: Result<Vec<_>, _> = places.iter().map(|path| read(path)).collect();
                Ok(found?.into_iter().flatten().collect())
            }
        }
    }
}

/// Where the data folder's own key stands.
pub(crate) fn own_key_path(folder: &DataFolder) -> PathBuf {
    folder.file(KEY_FILE)
}

/// Writes the key that a rotation is going to use, so that a crash in the middle loses neither key.
pub(crate) fn write_next(folder: &DataFolder, key: &Key) -> Result<(), OpenError> {
    write(&folder.file(NEXT_KEY_FILE), key)
}

/// Keeps a key that a rotation replaces: copies of the database made before open with no other one.
pub(crate) fn keep_old(folder: &DataFolder, key: &Key) -> Result<PathBuf, OpenError> {
    let path = folder.file(&format!("{KEY_FILE}.{}", key.id()?));
    write(&path, key)?;
    Ok(path)
}

/// Makes `key` the data folder's key, in one step.
pub(crate) fn settle(folder: &DataFolder, key: &Key) -> Result<(), OpenError> {
    let path = own_key_path(folder);
    if read(&path)?.as_ref() != Some(key) {
        return replace(&path, key);
    }
    open_private(&path)?;
    discard_next(folder)?;
    sync_folder(&path)
}

/// Puts `key` into a file in one step: the file has the whole key or what it had before.
fn replace(path: &Path, key: &Key) -> Result<(), OpenError> {
    let mut next = path.as_os_str().to_owned();
    next.push(NEXT);
    let next = PathBuf::from(next);
    write(&next, key)?;
    std::fs::rename(&next, path).map_err(|error| OpenError::file(path, error))?;
    sync_folder(path)
}

fn write(path: &Path, key: &Key) -> Result<(), OpenError> {
    let mut file = open_private(path)?;
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", key.to_text()))
        .and_then(|()| file.sync_all())
        .map_err(|error| OpenError::file(path, error))
}

/// Makes a change of names in the folder of `path` survive a power cut.
fn sync_folder(path: &Path) -> Result<(), OpenError> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    std::fs::File::open(parent)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| OpenError::file(parent, error))
}

fn discard_next(folder: &DataFolder) -> Result<(), OpenError> {
    let path = folder.file(NEXT_KEY_FILE);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(OpenError::file(path, error))
        }
        _ => Ok(()),
    }
}

fn read(path: &Path) -> Result<Option<Key>, OpenError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Key::parse(&text, &path.display().to_string()).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(OpenError::file(path, error)),
    }
}
