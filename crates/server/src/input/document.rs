//! Application documents in requests.

use kubemin_model::{FieldError, Report, ValidApplication, load, names, revive};
use kubemin_objects::ClusterFacts;

use super::body::Body;
use crate::mask;
use crate::problem::{Answer, INTERNAL, NAME_FIXED, Refusal};

/// Texts longer than this are read beside the requests of others.
const LONG: usize = 64 << 10;

/// A checked document.
pub(crate) struct Submitted {
    pub(crate) app: ValidApplication,
    pub(crate) warnings: Vec<FieldError>,
}

impl Submitted {
    /// The id the author gave; a derived one says nothing.
    pub(crate) fn own_id(&self) -> Option<&str> {
        let id = self.app.id();
        (id != names::application_id(self.app.namespace(), self.app.name())).then_some(id)
    }

    /// The same document as part of a stored application, whose id is kept for ever (decision 8).
    pub(crate) fn with_id(self, id: &str) -> Answer<Self> {
        if self.app.id() == id {
            return Ok(self);
        }
        if let Some(own) = self.own_id() {
            let detail =
                format!("the document has the id {own}, and the application has the id {id}");
            return Err(Refusal::new(&NAME_FIXED, detail)
                .at("id", "leave id out, or give the application's own"));
        }
        let mut document = self.app.document().clone();
        document.id = Some(id.to_owned());
        Ok(Self {
            app: revive(document)?,
            ..self
        })
    }
}

/// Reads and checks a document; everything wrong is in the refusal.
pub(crate) async fn submitted(body: Body, facts: &ClusterFacts) -> Answer<Submitted> {
    let (result, warnings) = check(body, facts).await?;
    let app = result.map_err(|errors| Report {
        errors,
        warnings: Vec::new(),
    })?;
    Ok(Submitted { app, warnings })
}

/// The document or everything that is wrong with it, and the warnings.
pub(crate) async fn check(
    body: Body,
    facts: &ClusterFacts,
) -> Answer<(Result<ValidApplication, Vec<FieldError>>, Vec<FieldError>)> {
    if body.text.len() <= LONG {
        return Ok(check_now(&body, facts));
    }
    let facts = facts.clone();
    tokio::task::spawn_blocking(move || check_now(&body, &facts))
        .await
        .map_err(|_| Refusal::new(&INTERNAL, "the document could not be checked"))
}

fn check_now(
    body: &Body,
    facts: &ClusterFacts,
) -> (Result<ValidApplication, Vec<FieldError>>, Vec<FieldError>) {
    let loaded = load(&body.text, body.format);
    let mut warnings = loaded.report.warnings.clone();
    let Some(app) = loaded.application() else {
        return (Err(loaded.report.errors.clone()), warnings);
    };
    let mut errors = mask::masked_values(app.document());
    match kubemin_compile::compile(app, facts) {
        Ok(compilation) => warnings.extend(
            compilation
                .warnings
                .into_iter()
                .map(|warning| loaded.locate(warning)),
        ),
        Err(faults) => errors.extend(faults),
    }
    if errors.is_empty() {
        return (Ok(app.clone()), warnings);
    }
    (
        Err(errors
            .into_iter()
            .map(|error| loaded.locate(error))
            .collect()),
        warnings,
    )
}
