//! Where the database is and what opens its secrets.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubemin_ports::{Clock, SystemClock};

use crate::error::OpenError;
use crate::key::KeySource;

const DATABASE_FILE: &str = "kubemin.db";

/// What [`crate::SqlStore::open`] needs.
#[derive(Clone)]
pub struct Options {
    /// Folder of database, lock and key. Made with mode 0700 when absent.
    pub data_dir: PathBuf,
    /// `sqlite:PATH` for a database file elsewhere (`--datastore-url`, decision 49); `kubemin.db` in the data folder
    /// when absent.
    pub url: Option<String>,
    /// Encryption key of secret values (decision 47).
    pub key: KeySource,
    /// Time of rows.
    pub clock: Arc<dyn Clock>,
}

impl Options {
    /// Embedded SQLite with its own key in a folder.
    pub fn in_folder(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            url: None,
            key: KeySource::default(),
            clock: Arc::new(SystemClock),
        }
    }

    /// Whether there is a database already.
    ///
    /// # Errors
    /// A URL of another kind.
    pub fn has_database(&self) -> Result<bool, OpenError> {
        Ok(self.database()?.exists())
    }

    /// Path of the database file.
    pub(crate) fn database(&self) -> Result<PathBuf, OpenError> {
        let Some(url) = &self.url else {
            return Ok(self.data_dir.join(DATABASE_FILE));
        };
        let path = url
            .strip_prefix("sqlite:")
            .ok_or_else(|| OpenError::Url(scheme(url).to_owned()))?;
        let path = path.strip_prefix("//").unwrap_or(path);
        match path.split('?').next() {
            None | Some("" | ":memory:") => Err(OpenError::Url("sqlite without a path".to_owned())),
            Some(path) => Ok(Path::new(path).to_owned()),
        }
    }
}

/// The part of a URL that cannot hold a password.
fn scheme(url: &str) -> &str {
    url.split(':').next().unwrap_or_default()
}
