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
    /// Everybody may write into the folder.
    #[error(
        "everybody may write into data folder {folder} (mode {mode:o}), which holds other files: \
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
    #[error(
        "database URL {0} is not supported: use sqlite:PATH or mysql://USER:PASSWORD@HOST:PORT/DATABASE"
    )]
    Url(String),
    /// An address of a server that cannot be used as it is.
    #[error("the database URL {0}")]
    Address(String),
    /// A database on a server, and no key that every replica has (decision 47).
    #[error(
        "a database on a server needs an encryption key that every replica has: give --encryption-key-file or the variable KUBEMIN_ENCRYPTION_KEY"
    )]
    KeyNeeded,
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
    Newer(String),
    /// A migration that was applied is not the one of this version.
    #[error(
        "the database was made with another text of migration {0}: use the version that made it"
    )]
    Altered(String),
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

/// What cannot be read back.
pub(crate) fn corrupt(what: &str, error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{what}: {error}"))
}
