//! Application files.

use std::fs::File;
use std::io::{self, Read};

use kubemin_compile::Compilation;
use kubemin_model::{
    Application, FieldError, Format, Loaded, MAX_BYTES, Report, ValidApplication, load_in, names,
};
use kubemin_objects::ClusterFacts;

use crate::args::Global;
use crate::client::ClientConfig;
use crate::failure::Failure;

/// A file that was read, and what stands in it.
#[derive(Debug)]
pub struct Document {
    /// The file's name, as it was given; `<stdin>` for standard input.
    pub name: String,
    loaded: Loaded,
}

impl Document {
    /// Reads a file, or standard input for `-`. A document that names no namespace is in the user's one.
    pub fn open(path: &str, global: &Global) -> Result<Self, Failure> {
        let text = read_text(path)?;
        let format = Format::of_path(path).unwrap_or_else(|| Format::sniff(&text));
        let namespace = ClientConfig::open()?.namespace(global)?;
        let mut document = Self {
            name: if path == "-" {
                "<stdin>".to_owned()
            } else {
                path.to_owned()
            },
            loaded: load_in(&text, format, namespace.as_deref()),
        };
        document.compare_namespace(global);
        Ok(document)
    }

    /// `-n` and the document must mean the same namespace.
    fn compare_namespace(&mut self, global: &Global) {
        let (Some(wanted), Some(app)) = (&global.namespace, self.loaded.application()) else {
            return;
        };
        if names::normalise(wanted) != app.namespace() {
            let error = FieldError {
                path: "namespace".into(),
                code: "other-namespace".into(),
                message: format!(
                    "the document is for namespace {}, and --namespace says {wanted}",
                    app.namespace()
                ),
                hint: Some("leave one of them out".into()),
                ..FieldError::default()
            };
            self.refuse([error]);
        }
    }

    /// Adds errors that were found later, at canonical paths.
    pub fn refuse(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        for error in errors {
            let error = self.loaded.locate(error);
            self.loaded.report.errors.push(error);
        }
    }

    /// Puts the errors of a server in the place of what was found here and told already.
    pub fn replace_findings(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        self.loaded.report = Report::default();
        self.refuse(errors);
    }

    /// The document as it is sent. An id that is only derived is left out: the server knows its own.
    pub fn body(&self) -> Option<Application> {
        let app = self.application()?;
        let mut body = app.document().clone();
        let derived = names::application_id(app.namespace(), app.name());
        body.id = body.id.filter(|id| *id != derived);
        Some(body)
    }

    /// What was found so far.
    pub fn errors(&self) -> &[FieldError] {
        &self.loaded.report.errors
    }

    /// What the author should know.
    pub fn warnings(&self) -> &[FieldError] {
        &self.loaded.report.warnings
    }

    /// The application, when there is no error.
    pub fn application(&self) -> Option<&ValidApplication> {
        self.loaded
            .application()
            .filter(|_| self.loaded.report.errors.is_empty())
    }

    /// Compiles the application. Whatever shows only in the objects joins the findings; `None` when there are errors.
    pub fn compile(&mut self, facts: &ClusterFacts) -> Option<Compilation> {
        let compiled = kubemin_compile::compile(self.application()?, facts);
        match compiled {
            Ok(mut compilation) => {
                let warnings = std::mem::take(&mut compilation.warnings);
                let warnings: Vec<FieldError> = warnings
                    .into_iter()
                    .map(|w| self.loaded.locate(w))
                    .collect();
                self.loaded.report.warnings.extend(warnings);
                Some(compilation)
            }
            Err(errors) => {
                self.refuse(errors);
                None
            }
        }
    }
}

/// The text of a file; one byte more than allowed is enough to refuse it.
fn read_text(path: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    let read = if path == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::wrong(format!("{path}: there is no such file")),
        io::ErrorKind::IsADirectory => {
            Failure::wrong(format!("{path}: is a folder, not a file")).hint("name the files in it")
        }
        _ => Failure::wrong(format!("{path}: {error}")),
    })?;
    if bytes.len() > MAX_BYTES {
        return Err(Failure::wrong(format!(
            "{path}: is larger than {} MiB",
            MAX_BYTES >> 20
        )));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        Failure::wrong(format!("{path}:{line}: the text is not UTF-8"))
    })
}
