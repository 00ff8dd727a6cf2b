//! What can go wrong, in words that say where and what to do.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{what}")]
    Io {
        what: String,
        source: std::io::Error,
    },
    #[error("{what}")]
    System { what: String, source: nix::Error },
    #[error("`{command}` {outcome}{}", indented(.output))]
    Command {
        command: String,
        outcome: String,
        output: String,
    },
    #[error("{part} died; the last lines of {}:{}", log.display(), indented(.tail))]
    PartDied {
        part: String,
        log: PathBuf,
        tail: String,
    },
    #[error("{what} did not happen within {seconds} s{}", indented(.detail))]
    TimedOut {
        what: String,
        seconds: u64,
        detail: String,
    },
    #[error("{what} cannot be read: {why}")]
    Malformed { what: String, why: String },
    #[error("making a certificate failed")]
    Certificate(#[from] rcgen::Error),
    #[error("{0}")]
    Refused(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Gives an operating system's error the words that say what was being done.
pub trait Context<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for std::io::Result<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io {
            what: what(),
            source,
        })
    }
}

impl<T> Context<T> for nix::Result<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::System {
            what: what(),
            source,
        })
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("\n    {line}")).collect()
}
