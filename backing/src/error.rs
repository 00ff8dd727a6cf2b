//! What can go wrong with a backing server.

use std::path::PathBuf;

/// Why a server is not as it was asked to be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file, folder or process could not be made or read.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A program that should do one thing and end did not.
    #[error("`{command}` {outcome}; last lines of its output:\n{tail}")]
    Command {
        /// The command.
        command: String,
        /// How it ended.
        outcome: String,
        /// Last lines of its output.
        tail: String,
    },
    /// A server did not come up.
    #[error("{name} {outcome}; last lines of {log}:\n{tail}")]
    NotUp {
        /// Name of the server.
        name: String,
        /// It ended, or what it said instead of an answer.
        outcome: String,
        /// Its log.
        log: PathBuf,
        /// Last lines of the log.
        tail: String,
    },
    /// A server did not end.
    #[error("{name} (process {pid}) is there {seconds} s after it was told to end")]
    NotDown {
        /// Name of the server.
        name: String,
        /// Process id.
        pid: u32,
        /// How long was waited, seconds.
        seconds: u64,
    },
    /// A Debian package is missing and cannot be installed by this user.
    #[error("{0} is missing: install it (apt-get install {0}), or run this as root")]
    Package(String),
}

/// Result of a call about a server.
pub type Result<T> = std::result::Result<T, Error>;

/// Names what was tried when the operating system refused it.
pub trait Context<T> {
    /// `what` says what was tried, for the message.
    ///
    /// # Errors
    /// The one that was there, with `what` in front.
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for std::io::Result<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::System {
            what: what(),
            source,
        })
    }
}
