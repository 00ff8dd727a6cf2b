//! Opening a database: hold the folder, migrate, find the key that fits.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::OpenError;
use crate::folder::{self, DataFolder, open_private};
use crate::key::{self, Key, KeySource};
use crate::options::Options;
use crate::seal::{Keys, Sealer};
use crate::sql::{self, Connection, Readers, Writer};
use crate::{meta, migrate};

/// An open database and what belongs to it.
pub struct Opened {
    /// Held until dropped.
    pub folder: DataFolder,
    /// Lock of a database outside the folder, held until dropped.
    pub elsewhere: Option<File>,
    /// The key in use.
    pub keys: Keys,
    /// The connection that writes.
    pub writer: Writer,
    /// Connections that read.
    pub readers: Readers,
}

/// Opens a database; makes folder, file and key when absent.
pub async fn open(options: &Options) -> Result<Opened, OpenError> {
    let database = options.database()?;
    let folder = DataFolder::hold(&options.data_dir)?;
    let elsewhere = match &options.url {
        Some(_) => Some(folder::lock(&beside(&database, ".lock"))?),
        None => None,
    };
    make_private(&database)?;
    let mut connection = sql::connect_writer(&database).await?;
    migrate::run(&mut connection).await?;
    let keys = find_key(&mut connection, &folder, &options.key).await?;
    Ok(Opened {
        folder,
        elsewhere,
        keys: Keys::new(keys),
        writer: Writer::new(connection),
        readers: sql::connect_readers(&database).await?,
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

async fn find_key(
    sql: &mut Connection,
    folder: &DataFolder,
    source: &KeySource,
) -> Result<Sealer, OpenError> {
    let candidates = source.candidates(folder)?;
    let sealer = match meta::text(sql, meta::KEY_ID).await? {
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
    meta::set_text(sql, meta::KEY_ID, sealer.id()).await?;
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
