//! From text to a checked application: parse, compare with the fields, check the rules, normalise.

use crate::document::{Format, Node, parse};
use crate::shape::{Faults, locate, shape};
use crate::{Application, FieldError, Report, ValidApplication, check, normalise};

/// What a text turned out to be.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Everything found, in the order of the document.
    pub report: Report,
    application: Option<ValidApplication>,
    document: Option<Node>,
}

impl Loaded {
    /// The application, when there is no error.
    pub fn application(&self) -> Option<&ValidApplication> {
        self.application.as_ref()
    }

    /// The application with its warnings, or everything that is wrong.
    pub fn into_result(self) -> Result<(ValidApplication, Vec<FieldError>), Report> {
        match self.application {
            Some(application) => Ok((application, self.report.warnings)),
            None => Err(self.report),
        }
    }

    /// Puts an error with a canonical path that was found later into the document's spelling, with line and column.
    pub fn locate(&self, error: FieldError) -> FieldError {
        match &self.document {
            Some(document) => located(document, error),
            None => error,
        }
    }
}

/// Reads one application document. Every fault is reported at once, each at its place in the document's own spelling.
pub fn load(text: &str, format: Format) -> Loaded {
    let document = match parse(text, format) {
        Ok(document) => document,
        Err(error) => {
            let error = FieldError {
                code: "not-readable".into(),
                message: error.reason,
                line: Some(error.at.line),
                column: Some(error.at.column),
                ..FieldError::default()
            };
            return Loaded {
                report: Report {
                    errors: vec![error],
                    warnings: Vec::new(),
                },
                application: None,
                document: None,
            };
        }
    };
    let shaped = shape(&document);
    let mut report = Report {
        errors: shaped.errors,
        warnings: Vec::new(),
    };
    let application = match serde_json::from_value::<Application>(shaped.value) {
        Ok(application) => application,
        Err(error) => {
            if report.errors.is_empty() {
                report.errors.push(FieldError {
                    code: "not-readable".into(),
                    message: error.to_string(),
                    ..FieldError::default()
                });
            }
            return Loaded {
                report,
                application: None,
                document: Some(document),
            };
        }
    };
    let found = check::run(&application, shaped.faults);
    report.errors.extend(
        found
            .errors
            .into_iter()
            .map(|error| located(&document, error)),
    );
    report.warnings.extend(
        found
            .warnings
            .into_iter()
            .map(|warning| located(&document, warning)),
    );
    report
        .errors
        .sort_by_key(|error| (error.line, error.column));
    report
        .warnings
        .sort_by_key(|warning| (warning.line, warning.column));
    let application = report
        .errors
        .is_empty()
        .then(|| normalise::run(application));
    Loaded {
        report,
        application,
        document: Some(document),
    }
}

/// Checks and normalises a canonical document that is stored or was built in code. Paths in the report are canonical.
pub fn revive(document: Application) -> Result<ValidApplication, Report> {
    let report = check::run(&document, Faults::default());
    if report.errors.is_empty() {
        Ok(normalise::run(document))
    } else {
        Err(report)
    }
}

fn located(document: &Node, error: FieldError) -> FieldError {
    let place = locate(document, &error.path);
    FieldError {
        path: place.path,
        line: Some(place.at.line),
        column: Some(place.at.column),
        ..error
    }
}
