//! Where the database is and what opens its secrets.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::{Clock, SystemClock};

use crate::error::OpenError;
use crate::key::KeySource;
use crate::sql::Address;

const DATABASE_FILE: &str = "kubemin.db";
/// Three heartbeats of 10 s.
const LEASE: Duration = Duration::from_secs(30);

/// What [`crate::SqlStore::open`] needs.
#[derive(Clone)]
pub struct Options {
    /// Folder of database, lock and key. Made with mode 0700 when absent. With a database on a server it is only held, or
    /// there is none when the path is empty.
    pub data_dir: PathBuf,
    /// `sqlite:PATH` for a database file elsewhere, `mysql://USER:PASSWORD@HOST:PORT/DATABASE` for a server
    /// (`--datastore-url`, decision 49); `kubemin.db` in the data folder when absent.
    ///
    /// A server's address may say `?ssl-mode=disabled|required|verify-identity&ssl-ca=FILE&ssl-cert=FILE&ssl-key=FILE`.
    pub url: Option<String>,
    /// Password for the server, instead of one in the address (`--datastore-password`).
    pub password: Option<String>,
    /// File with that password (`--datastore-password-file`).
    pub password_file: Option<PathBuf>,
    /// Encryption key of secret values (decision 47).
    pub key: KeySource,
    /// How long a taken task stays taken without a renewal.
    pub lease: Duration,
    /// Time of rows.
    pub clock: Arc<dyn Clock>,
}

/// Where a database is.
pub(crate) enum Place {
    /// A file of this machine.
    File(PathBuf),
    /// On a server.
    Server(Address),
}

impl Options {
    /// Embedded SQLite with its own key in a folder.
    pub fn in_folder(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            url: None,
            password: None,
            password_file: None,
            key: KeySource::default(),
            lease: LEASE,
            clock: Arc::new(SystemClock),
        }
    }

    /// Whether there is a database already; one on a server is looked for when it is opened.
    ///
    /// # Errors
    /// A URL of another kind.
    pub fn has_database(&self) -> Result<bool, OpenError> {
        Ok(match self.place()? {
            Place::File(path) => path.exists(),
            Place::Server(_) => true,
        })
    }

    /// A database on a server, `mysql://USER:PASSWORD@HOST:PORT/DATABASE`, with the key that all replicas have and no folder.
    pub fn on_server(url: impl Into<String>, key: KeySource) -> Self {
        Self {
            url: Some(url.into()),
            key,
            ..Self::in_folder(PathBuf::new())
        }
    }

    /// Where the database is.
    pub(crate) fn place(&self) -> Result<Place, OpenError> {
        let Some(url) = &self.url else {
            return Ok(Place::File(self.data_dir.join(DATABASE_FILE)));
        };
        // The scheme is the part that cannot hold a password.
        match url.split_once(':').unwrap_or((url, "")) {
            ("sqlite", path) => file(path).map(Place::File),
            ("mysql", _) => {
                let password = self.server_password()?;
                Address::parse(url, password.as_deref()).map(Place::Server)
            }
            (other, _) => Err(OpenError::Url(other.to_owned())),
        }
    }

    fn server_password(&self) -> Result<Option<String>, OpenError> {
        let Some(path) = &self.password_file else {
            return Ok(self.password.clone());
        };
        let text = std::fs::read_to_string(path).map_err(|error| OpenError::file(path, error))?;
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

fn file(path: &str) -> Result<PathBuf, OpenError> {
    let path = path.strip_prefix("//").unwrap_or(path);
    match path.split('?').next() {
        None | Some("" | ":memory:") => Err(OpenError::Url("sqlite without a path".to_owned())),
        Some(path) => Ok(Path::new(path).to_owned()),
    }
}
