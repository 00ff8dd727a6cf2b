//! Why a command stopped.

use std::fmt::Display;
use std::io;

use crate::exit::Exit;

/// An end with a message. Findings about a document are not failures: they are printed one by one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What the program exits with.
    pub exit: Exit,
    /// What went wrong, where and why; empty when nothing is to be said.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Failure {
    /// Wrong use or invalid input.
    pub fn wrong(message: impl Display) -> Self {
        Self::new(Exit::Wrong, message)
    }

    /// The answer is no.
    pub fn no(message: impl Display) -> Self {
        Self::new(Exit::No, message)
    }

    /// An end with this code.
    pub fn new(exit: Exit, message: impl Display) -> Self {
        Self {
            exit,
            message: message.to_string(),
            hint: None,
        }
    }

    /// Adds what to do about it.
    pub fn hint(self, hint: impl Display) -> Self {
        Self {
            hint: Some(hint.to_string()),
            ..self
        }
    }
}

/// Standard output could not be written. A reader that went away (`kubemin render … | head`) is no fault.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::new(Exit::Done, "")
        } else {
            Self::wrong(format!("the output could not be written: {error}"))
        }
    }
}
