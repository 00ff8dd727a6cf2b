//! What the checks found.

use super::Place;
use crate::report::shortened;
use crate::shape::Faults;
use crate::{FieldError, Report};

/// Collects errors and warnings; drops what only follows from a fault that is reported already.
pub(crate) struct Findings {
    report: Report,
    faults: Faults,
}

/// A finding that can still get a hint.
pub(crate) struct Reported<'a>(Option<&'a mut FieldError>);

impl Reported<'_> {
    /// Says what to do about it.
    pub fn hint(self, hint: impl Into<String>) {
        if let Some(finding) = self.0 {
            finding.hint = Some(hint.into());
        }
    }

    /// Says what to do about it, when something is known.
    pub fn maybe_hint(self, hint: Option<String>) {
        if let Some(hint) = hint {
            self.hint(hint);
        }
    }
}

impl Findings {
    pub fn new(faults: Faults) -> Self {
        Self {
            report: Report::default(),
            faults,
        }
    }

    /// A reason to refuse the document.
    pub fn error(&mut self, place: &Place, code: &str, message: impl Into<String>) -> Reported<'_> {
        let path = place.path();
        if self.is_known(&path, code) {
            return Reported(None);
        }
        self.report.errors.push(finding(path, code, message.into()));
        Reported(self.report.errors.last_mut())
    }

    /// Something the author should know.
    pub fn warn(&mut self, place: &Place, code: &str, message: impl Into<String>) -> Reported<'_> {
        let path = place.path();
        if self.is_known(&path, code) {
            return Reported(None);
        }
        self.report
            .warnings
            .push(finding(path, code, message.into()));
        Reported(self.report.warnings.last_mut())
    }

    /// Whether the value at this place is not what the author meant, so that nothing follows from it.
    pub fn is_faulty(&self, place: &Place) -> bool {
        !self.faults.is_empty() && self.faults.cover(&place.path())
    }

    /// Whether something below this place is already reported.
    pub fn has_faults_below(&self, place: &Place) -> bool {
        !self.faults.is_empty() && self.faults.are_below(&place.path())
    }

    pub fn into_report(self) -> Report {
        self.report
    }

    /// An absence is also explained by a fault inside: the field may be there under a wrong name or with a wrong value.
    fn is_known(&self, path: &str, code: &str) -> bool {
        !self.faults.is_empty()
            && (self.faults.cover(path)
                || code == super::EXACTLY_ONE && self.faults.are_below(path))
    }
}

fn finding(path: String, code: &str, message: String) -> FieldError {
    FieldError {
        path,
        code: code.to_owned(),
        message: shortened(&message),
        ..FieldError::default()
    }
}
