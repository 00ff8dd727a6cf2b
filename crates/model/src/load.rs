//! From text to a checked application: parse, compare with the fields, check the rules, normalise.

use crate::document::{Format, Node, parse};
use crate::shape::{Faults, locate, shape};
use crate::{Application, FieldError, Report, ValidApplication, check, normalise};

/// Code of a text that is no document.
const NOT_READABLE: &str = "not-readable";

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
    load_in(text, format, None)
}

/// Like [`load`]; a document that names no namespace is in the given one.
pub fn load_in(text: &str, format: Format, namespace: Option<&str>) -> Loaded {
    match parse(text, format) {
        Ok(document) => examine(document, namespace),
        Err(error) => {
            let error = FieldError {
                code: NOT_READABLE.into(),
                message: error.reason,
                line: Some(error.at.line),
                column: Some(error.at.column),
                ..FieldError::default()
            };
            let report = Report {
                errors: vec![error],
                warnings: Vec::new(),
            };
            Loaded {
                report,
                application: None,
                document: None,
            }
        }
    }
}

fn examine(document: Node, namespace: Option<&str>) -> Loaded {
    let shaped = shape(&document);
    let mut report = Report {
        errors: shaped.errors,
        warnings: Vec::new(),
    };
    let mut application = None;
    match serde_json::from_value::<Application>(shaped.value) {
        Ok(mut candidate) => {
            candidate.namespace = candidate.namespace.or(namespace.map(str::to_owned));
            let found = check::run(&candidate, shaped.faults);
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
            if report.errors.is_empty() {
                application = Some(normalise::run(candidate));
            }
        }
        // the walk has made it fit the types; should it not, a fault that is reported already is the better explanation
        Err(error) if report.errors.is_empty() => {
            report.errors.push(FieldError {
                code: NOT_READABLE.into(),
                message: error.to_string(),
                ..FieldError::default()
            });
        }
        Err(_) => {}
    }
    report
        .errors
        .sort_by_key(|error| (error.line, error.column));
    report
        .warnings
        .sort_by_key(|warning| (warning.line, warning.column));
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
