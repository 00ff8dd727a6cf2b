//! Where results and messages go: results to standard output, everything about them to standard error.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::args::{Format, Global};
use crate::failure::Failure;
use crate::paint::{Paint, Tone};

/// The two outputs of a command.
#[derive(Debug, Clone)]
pub struct Screen {
    /// Form of results.
    pub format: Format,
    /// No messages but faults.
    pub quiet: bool,
    /// Colours on standard output.
    pub paint: Paint,
    /// Colours on standard error.
    pub paint_messages: Paint,
}

impl Screen {
    /// As the user wants it. `NO_COLOR` is honoured (<https://no-color.org>).
    pub fn new(global: &Global) -> Self {
        let colour =
            !global.no_color && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            format: global.output.unwrap_or_default(),
            quiet: global.quiet,
            paint: Paint(colour && io::stdout().is_terminal()),
            paint_messages: Paint(colour && io::stderr().is_terminal()),
        }
    }

    /// A result as it is.
    pub fn text(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        Ok(())
    }

    /// A line of a result.
    pub fn line(&self, line: &str) -> Result<(), Failure> {
        self.text(&format!("{line}\n"))
    }

    /// A line beside the results; not with `--quiet`.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            self.message(line);
        }
    }

    /// A warning; not with `--quiet`.
    pub fn warn(&self, line: &str) {
        let warning = self.paint_messages.tone(Tone::Attention, "warning:");
        self.note(&format!("{warning} {line}"));
    }

    /// A fault, always.
    pub fn fault(&self, line: &str) {
        let error = self.paint_messages.tone(Tone::Bad, "error:");
        self.message(&format!("{error} {line}"));
    }

    /// A line on standard error. Nobody can be told when that fails.
    pub fn message(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// A result for programs, as YAML with `-o yaml`, else as JSON.
    pub fn data(&self, value: &impl Serialize) -> Result<(), Failure> {
        let unsayable =
            |error: String| Failure::wrong(format!("the result could not be written: {error}"));
        let text = match self.format {
            Format::Yaml => {
                serde_saphyr::to_string(value).map_err(|error| unsayable(error.to_string()))?
            }
            _ => {
                serde_json::to_string_pretty(value).map_err(|error| unsayable(error.to_string()))?
                    + "\n"
            }
        };
        self.text(&text)
    }
}
