//! What can go wrong: at start with a remedy, later as the contract's errors.

use std::path::PathBuf;

use kubemin_ports::StoreError;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the data folder (decision 33).
    #[error("{lock} is held by process {pid}: stop that process or choose another data folder")]
    Locked {
        /// The lock file, in the data folder.
        lock: PathBuf,
        /// Process id of the holder, `unknown` when it has not written it yet.
        pid: String,
    },
    /// The folder is not ours alone.
    #[error(
        "data folder {folder} is open to other users (mode {mode:o}) and holds other files: \
         choose a folder of its own or take the rights away"
    )]
    Shared {
        /// The folder.
        folder: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A file or folder could not be made, read or written.
    #[error("{path}: {reason}")]
    File {
        /// Path.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// A database URL of another kind.
    #[error("database URL {0} is not supported: use sqlite:PATH")]
    Url(String),
    /// Text that is no key.
    #[error(
        "encryption key from {0} is not usable: it must be 32 bytes as base64 or as 64 hexadecimal digits"
    )]
    KeyForm(String),
    /// The key is not the one that sealed the stored secrets (decision 47).
    #[error(
        "the encryption key from {from} has id {given}, but the stored secrets were sealed with key {stored}: \
         give the key they were sealed with"
    )]
    WrongKey {
        /// Where the key came from.
        from: String,
        /// Id of the key given.
        given: String,
        /// Id of the key in use.
        stored: String,
    },
    /// Sealed data without a key.
    #[error(
        "the encryption key {path} is missing, but the stored secrets were sealed with key {stored}: restore the file"
    )]
    KeyMissing {
        /// Where it should be.
        path: PathBuf,
        /// Id of the key in use.
        stored: String,
    },
    /// A database that a newer version has migrated.
    #[error(
        "the database has migration {0}, which this version does not know: use the version that made it or a newer one"
    )]
    Newer(i64),
    /// A migration failed, or its text is not the one that was applied.
    #[error("database could not be migrated: {0}")]
    Migration(String),
    /// The database did not answer as it should.
    #[error("database could not be opened: {0}")]
    Database(String),
}

impl OpenError {
    pub(crate) fn file(path: impl Into<PathBuf>, reason: impl std::fmt::Display) -> Self {
        Self::File {
            path: path.into(),
            reason: reason.to_string(),
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Database(error.to_string())
    }
}

/// A driver's error as the contract's. Drivers never put bound values into their messages.
pub(crate) fn unavailable(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) if error.is_unique_violation() => {
            StoreError::Conflict("a row with this identity exists already".to_owned())
        }
        error => StoreError::Unavailable(error.to_string()),
    }
}

/// What cannot be read back.
pub(crate) fn corrupt(what: &str, error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{what}: {error}"))
}
