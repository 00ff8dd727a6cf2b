//! Why a request came to nothing.

use kubemin_api_types::{FieldProblem, Problem};
use reqwest::StatusCode;

use crate::exit::Exit;
use crate::failure::Failure;

/// A request that came to nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    /// No answer.
    #[error("could not reach the server at {server}: {reason}")]
    Unreachable {
        /// Its address.
        server: String,
        /// Why, as the system says it.
        reason: String,
    },
    /// The server said no.
    #[error("{}", said(.0))]
    Refused(Box<Problem>),
    /// An answer that is none of ours.
    #[error("the server at {server} gave an answer that was not understood: {reason}")]
    Strange {
        /// Its address.
        server: String,
        /// What was strange.
        reason: String,
    },
}

impl ClientError {
    /// Whether the server says that there is no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status == 404)
    }

    /// Fields that are wrong.
    pub fn fields(&self) -> &[FieldProblem] {
        match self {
            Self::Refused(problem) => &problem.errors,
            _ => &[],
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Unreachable { .. } | Self::Strange { .. } => Exit::Unreachable,
            Self::Refused(problem) => match problem.status {
                400 | 413 | 415 | 422 => Exit::Wrong,
                404 | 409 | 410 | 412 => Exit::No,
                _ => Exit::Unreachable,
            },
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unreachable { .. } => {
                Some("start one with `kubemin server`, or name another with --server URL".to_owned())
            }
            Self::Refused(problem) if problem.status == 401 => {
                Some("give a token with --token or KUBEMIN_TOKEN; the server keeps one in its data folder".to_owned())
            }
            Self::Refused(problem) if problem.status >= 500 && !problem.trace_id.is_empty() => {
                Some(format!("the server's log says more under trace {}", problem.trace_id))
            }
            Self::Strange { .. } => Some("is this address a kubemin server?".to_owned()),
            Self::Refused(_) => None,
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let mut message = error.to_string();
        for field in error.fields() {
            let hint = field
                .hint
                .as_ref()
                .map(|hint| format!(" ({hint})"))
                .unwrap_or_default();
            message.push_str(&format!("\n  {}: {}{hint}", field.path, field.message));
        }
        Self {
            exit: error.exit(),
            message,
            hint: error.hint(),
        }
    }
}

/// The sentence of a problem.
fn said(problem: &Problem) -> &str {
    if problem.detail.is_empty() {
        &problem.title
    } else {
        &problem.detail
    }
}

/// The problem in an answer that is no success.
pub(super) fn problem(status: StatusCode, body: &[u8]) -> Problem {
    serde_json::from_slice(body).unwrap_or_else(|_| Problem {
        status: status.as_u16(),
        title: format!("the server answered {status}"),
        ..Problem::default()
    })
}
