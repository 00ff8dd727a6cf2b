//! What was found of one part.

use serde::Serialize;

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Warning,
    /// Something does not work.
    Problem,
    /// Could not be looked at.
    Skipped,
}

impl Outcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
            Self::Skipped => "skipped",
        }
    }
}

/// What was found of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// Which part.
    pub check: String,
    /// How it is.
    pub outcome: Outcome,
    /// What was found.
    pub message: String,
    /// How to mend it; empty when there is nothing to mend.
    pub remedy: String,
}

impl Finding {
    pub(super) fn ok(check: &str, message: impl Into<String>) -> Self {
        Self::new(check, Outcome::Ok, message, "")
    }

    pub(super) fn warning(
        check: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::new(check, Outcome::Warning, message, remedy)
    }

    pub(super) fn problem(
        check: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::new(check, Outcome::Problem, message, remedy)
    }

    pub(super) fn skipped(check: &str, message: impl Into<String>) -> Self {
        Self::new(check, Outcome::Skipped, message, "")
    }

    fn new(
        check: &str,
        outcome: Outcome,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            check: check.to_owned(),
            outcome,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}
