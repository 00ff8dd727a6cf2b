//! Changing the encryption key of a server that does not run (decision 47).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubemin_ports::{Clock, SystemClock};
use kubemin_store::{Key, KeySource, OpenError, Options, Rotation, SqlStore};

use crate::config::Settings;
use crate::wire::store_options;

/// What a rotation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotated {
    /// Every secret value was sealed again.
    Now(Rotation),
    /// The database was sealed with the new key before, by an earlier run.
    Already {
        /// Id of the key.
        key: String,
    },
}

/// How the new key came about, and where the server is to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The file that the user named, when one was named.
    pub file: Option<PathBuf>,
    /// Whether that file was made.
    pub made: bool,
    /// Whether the data folder holds the key: the next start finds it by itself.
    pub in_folder: bool,
}

/// Why the key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// Nothing is sealed yet.
    #[error(
        "there is no database in {0}: give the --data-dir or --datastore-url of the server whose key is to change"
    )]
    NoDatabase(PathBuf),
    /// The key comes from outside the data folder, and so must the new one.
    #[error(
        "the encryption key comes from {0}, not from the data folder: name a file for the new key with --new-key-file"
    )]
    NoPlace(&'static str),
    /// Database, data folder or key.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Seals every secret value with another key: the one in `file`, which is made when absent, or a random one when the key
/// is the data folder's own. `progress` is told how many revisions of how many are done. A killed rotation leaves the
/// database under one of the two keys, and the same call again ends it.
///
/// # Errors
/// See [`RotateError`]. Nothing has changed, except that the new key's file may have been made.
pub async fn rotate_key(
    settings: &Settings,
    file: Option<&Path>,
    progress: impl Fn(usize, usize) + Send + 'static,
) -> Result<(Rotated, NewKey), RotateError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let options = store_options(settings, &clock);
    if !options.has_database()? {
        return Err(RotateError::NoDatabase(options.data_dir));
    }
    let in_folder = matches!(options.key, KeySource::DataFolder);
    let (new, made) = match file {
        Some(file) => Key::read_or_make(file)?,
        None if in_folder => (Key::generate()?, false),
        None => return Err(RotateError::NoPlace(origin(&options.key))),
    };
    let place = NewKey {
        file: file.map(Path::to_owned),
        made,
        in_folder,
    };
    Ok((rotate(options, new, progress).await?, place))
}

async fn rotate(
    options: Options,
    new: Key,
    progress: impl Fn(usize, usize) + Send + 'static,
) -> Result<Rotated, OpenError> {
    let key = new.id()?;
    let store = match SqlStore::open(options).await {
        Ok(store) => store,
        // An earlier run ended after its commit.
        Err(OpenError::WrongKey { stored, .. }) if stored == key => {
            return Ok(Rotated::Already { key });
        }
        Err(error) => return Err(error),
    };
    let rotated = if store.key_id() == key {
        Ok(Rotated::Already { key })
    } else {
        store.rotate_key(new, progress).await.map(Rotated::Now)
    };
    store.close().await;
    rotated
}

fn origin(source: &KeySource) -> &'static str {
    match source {
        KeySource::DataFolder => "the data folder",
        KeySource::File(_) => "--encryption-key-file",
        KeySource::Text(_) => "the environment",
    }
}
