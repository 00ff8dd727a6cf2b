//! Opening a database: hold the folder or the server's lock, migrate, find the key that fits.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::OpenError;
use crate::folder::{self, DataFolder, open_private};
use crate::key::{self, Key, KeySource};
use crate::lane::Lane;
use crate::options::{Options, Place};
use crate::seal::{Keyring, Keys, Sealer};
use crate::sql::{Address, Connection, Purpose};
use crate::{meta, migrate};

/// Lock of the data folder, and of a database outside it.
pub type Held = (File, Option<File>);

/// An open database and what belongs to it.
pub struct Opened {
    /// The data folder, of a database file.
    pub folder: Option<DataFolder>,
    /// The key in use.
    pub keys: Keys,
    /// Connections that read.
    pub readers: Lane,
    /// The connection that writes a file, or those that write to a server.
    pub writer: Lane,
    /// Whether it is on a server, where other processes may work on it.
    pub shared: bool,
    /// Locks, held until dropped.
    pub held: Option<Held>,
}

/// Every reader of a file is a thread with a cache of its own; two keep up with one writer.
const READERS: usize = 2;
/// Connections to a server, of each replica: enough to share its commits, few enough for its `max_connections` (151) and
/// several replicas.
const SERVER_READERS: usize = 4;
const SERVER_WRITERS: usize = 8;

/// Opens a database; makes folder, file, tables and key when absent. Blocks.
pub fn open(options: &Options) -> Result<Opened, OpenError> {
    match options.place()? {
        Place::File(path) => open_file(options, &path),
        Place::Server(address) => open_server(options, &address),
    }
}

fn open_file(options: &Options, database: &Path) -> Result<Opened, OpenError> {
    let (folder, lock) = DataFolder::hold(&options.data_dir)?;
    let elsewhere = match &options.url {
        Some(_) => Some(folder::lock(&beside(database, ".lock"))?),
        None => None,
    };
    make_private(database)?;
    let connection = Connection::open(database, Purpose::Write)?;
    let sealer = prepare(&connection, Some(&folder), &options.key)?;
    let readers: Result<Vec<_>, _> = (0..READERS)
        .map(|_| Connection::open(database, Purpose::Read))
        .collect();
    Ok(Opened {
        folder: Some(folder),
        keys: Keys::new(Keyring::new(sealer, None)),
        readers: Lane::of(readers?),
        writer: Lane::of(vec![connection]),
        shared: false,
        held: Some((lock, elsewhere)),
    })
}

fn open_server(options: &Options, address: &Address) -> Result<Opened, OpenError> {
    // Before anything is made.
    options.key.candidates(None)?;
    let connections = |purpose, count| -> Result<Vec<_>, OpenError> {
        (0..count)
            .map(|_| Ok(Connection::to(address, purpose)?))
            .collect()
    };
    // What belongs to this process alone, tokens for instance, is kept there.
    let held = match options.data_dir.as_os_str().is_empty() {
        true => None,
        false => Some((DataFolder::hold(&options.data_dir)?.1, None)),
    };
    let writers = connections(Purpose::Write, SERVER_WRITERS)?;
    let sealer = prepare(&writers[0], None, &options.key)?;
    Ok(Opened {
        folder: None,
        keys: Keys::new(Keyring::new(sealer, None)),
        readers: Lane::of(connections(Purpose::Read, SERVER_READERS)?),
        writer: Lane::of(writers),
        shared: true,
        held,
    })
}

/// Migrates and finds the key, one process at a time.
fn prepare(
    sql: &Connection,
    folder: Option<&DataFolder>,
    source: &KeySource,
) -> Result<Sealer, OpenError> {
    sql.exclusively(|sql| {
        migrate::run(sql)?;
        find_key(sql, folder, source)
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
    folder: Option<&DataFolder>,
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
    if let (KeySource::DataFolder, Some(folder)) = (source, folder) {
        key::settle(folder, sealer.key())?;
    }
    meta::set_text(sql, meta::KEY_ID, sealer.id())?;
    Ok(sealer)
}

fn pick(
    candidates: &[Key],
    stored: String,
    folder: Option<&DataFolder>,
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
            path: folder.map(key::own_key_path).unwrap_or_default(),
            stored,
        },
    })
}
