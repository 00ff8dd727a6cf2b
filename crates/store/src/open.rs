//! Opening a database: hold the folder, migrate, find the key that fits.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::OpenError;
use crate::folder::{self, DataFolder, open_private};
use crate::key::{self, Key, KeySource};
use crate::lane::Lane;
use crate::options::Options;
use crate::seal::{Keyring, Keys, Sealer};
use crate::sql::{Connection, Purpose};
use crate::{meta, migrate};

/// Lock of the data folder, and of a database outside it.
pub type Held = (File, Option<File>);

/// An open database and what belongs to it.
pub struct Opened {
    /// The data folder.
    pub folder: DataFolder,
    /// The key in use.
    pub keys: Keys,
    /// Connections that read.
    pub readers: Lane,
    /// The connection that writes.
    pub writer: Lane,
    /// Locks, held until dropped.
    pub held: Held,
}

/// Every reader is a thread with a cache of its own; two keep up with one writer.
const READERS: usize = 2;

/// Opens a database; makes folder, file and key when absent. Blocks.
pub fn open(options: &Options) -> Result<Opened, OpenError> {
    let database = options.database()?;
    let (folder, lock) = DataFolder::hold(&options.data_dir)?;
    let elsewhere = match &options.url {
        Some(_) => Some(folder::lock(&beside(&database, ".lock"))?),
        None => None,
    };
    make_private(&database)?;
    let connection = Connection::open(&database, Purpose::Write)?;
    migrate::run(&connection)?;
    let keys = find_key(&connection, &folder, &options.key)?;
    let readers: Result<Vec<_>, _> = (0..READERS)
        .map(|_| Connection::open(&database, Purpose::Read))
        .collect();
    Ok(Opened {
        folder,
        keys: Keys::new(Keyring::new(keys, None)),
        readers: Lane::of(readers?),
        writer: Lane::of(vec![connection]),
        held: (lock, elsewhere),
    })
}

/// SQLite gives its log the permissions of the database, but copied files may have wider ones.
fn make_private(database: &Path) -> Result<(), OpenError> {
    open_private(database)?;
    for suffix in ["-wal", "-shm"] {
        let path = beside(database, suffix);
        if path.exists() {
            open_private(&path)?;
        }
    }
    Ok(())
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    PathBuf::from(path)
}

fn find_key(
    sql: &Connection,
    folder: &DataFolder,
    source: &KeySource,
) -> Result<Sealer, OpenError> {
    let candidates = source.candidates(folder)?;
    let sealer = match meta::text(sql, meta::KEY_ID)? {
        Some(stored) => pick(&candidates, stored, folder, source)?,
        None => match candidates.into_iter().next() {
            Some(key) => Sealer::new(key)?,
            None => Sealer::new(Key::generate()?)?,
        },
    };
    // The file comes first: a key id without its key would lock everybody out.
    if matches!(source, KeySource::DataFolder) {
        key::settle(folder, sealer.key())?;
    }
    meta::set_text(sql, meta::KEY_ID, sealer.id())?;
    Ok(sealer)
}

fn pick(
    candidates: &[Key],
    stored: String,
    folder: &DataFolder,
    source: &KeySource,
) -> Result<Sealer, OpenError> {
    let mut given = None;
    for key in candidates {
        let sealer = Sealer::new(key.clone())?;
        if sealer.id() == stored {
            return Ok(sealer);
        }
        given.get_or_insert(sealer.id().to_owned());
    }
    Err(match given {
        Some(given) => OpenError::WrongKey {
            from: source.describe(),
            given,
            stored,
        },
        None => OpenError::KeyMissing {
            path: key::own_key_path(folder),
            stored,
        },
    })
}
