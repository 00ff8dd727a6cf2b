//! What is wrong with a document, for people and for programs (decisions 1 and 2).

use kubemin_model::FieldError;
use serde::Serialize;

use crate::document::Document;
use crate::paint::{Paint, Tone};
use crate::screen::Screen;

/// The body of `POST /applications/try`.
#[derive(Debug, Serialize)]
pub struct Verdict<'a> {
    /// Which file, when there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'a str>,
    /// Whether there is no error.
    pub valid: bool,
    /// Reasons to refuse the document.
    pub errors: &'a [FieldError],
    /// What the author should know.
    pub warnings: &'a [FieldError],
}

impl<'a> Verdict<'a> {
    /// What was found in a document.
    pub fn of(document: &'a Document) -> Self {
        Self {
            file: None,
            valid: document.errors().is_empty(),
            errors: document.errors(),
            warnings: document.warnings(),
        }
    }
}

/// Prints every error and warning on a line of its own.
pub fn tell(document: &Document, screen: &Screen) {
    let paint = screen.paint_messages;
    for error in document.errors() {
        screen.message(&line(&document.name, error, paint, None));
    }
    for warning in document.warnings() {
        screen.note(&line(&document.name, warning, paint, Some("warning: ")));
    }
}

/// `file:line:col: path: message (hint)`.
fn line(file: &str, finding: &FieldError, paint: Paint, kind: Option<&str>) -> String {
    let mut line = file.to_owned();
    for number in [finding.line, finding.column].into_iter().flatten() {
        line.push_str(&format!(":{number}"));
    }
    line.push_str(": ");
    if let Some(kind) = kind {
        line.push_str(&paint.tone(Tone::Attention, kind));
    }
    if !finding.path.is_empty() {
        line.push_str(&paint.tone(Tone::Strong, &finding.path));
        line.push_str(": ");
    }
    let tone = if kind.is_some() {
        Tone::Attention
    } else {
        Tone::Bad
    };
    line.push_str(&paint.tone(tone, &one_line(&finding.message)));
    if let Some(hint) = &finding.hint {
        line.push_str(&paint.tone(Tone::Faint, &format!(" ({})", one_line(hint))));
    }
    line
}

/// A message may quote from the document; control characters must not reach the terminal.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}
