//! A document to take elsewhere.

use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use kubemin_model::{Application, names};

use crate::input::{ExportQuery, Query};
use crate::mask;
use crate::problem::{Answer, INTERNAL, INVALID_QUERY, Refusal};
use crate::state::Core;

/// Header that names the values to fill in.
const FILL_IN: HeaderName = HeaderName::from_static("x-kubemin-fill-in");

/// `GET /applications/{id}/export`: secret values are masked; comments (YAML) and a header say which (decision 7).
pub(crate) async fn export(
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    let missing = mask::secret_paths(&row.document);
    let mut document = mask::masked(&row.document);
    if document.id.as_deref() == Some(names::application_id(&row.namespace, &row.name).as_str()) {
        // it is made again from namespace and name, which may be others where it is imported
        document.id = None;
    }
    let (kind, extension, text) = match query.format.as_deref().unwrap_or("yaml") {
        "yaml" => ("application/yaml", "yaml", yaml(&document, &missing)?),
        "json" => ("application/json", "json", json(&document)?),
        other => {
            let detail = format!("format is {other}; it is yaml or json");
            return Err(Refusal::new(&INVALID_QUERY, detail).at("format", "unknown"));
        }
    };
    let file = format!("attachment; filename=\"{}.{extension}\"", row.name);
    let mut response = ([(CONTENT_TYPE, kind)], text).into_response();
    let headers = [(CONTENT_DISPOSITION, file), (FILL_IN, missing.join(", "))];
    for (name, value) in headers.into_iter().filter(|(_, value)| !value.is_empty()) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

fn yaml(document: &Application, missing: &[String]) -> Answer<String> {
    let mut text = String::new();
    if !missing.is_empty() {
        text.push_str("# Secret values are not exported. Write them in place of the masks before you import this file:\n");
        missing
            .iter()
            .for_each(|path| text.push_str(&format!("#   {path}\n")));
    }
    text.push_str(&serde_saphyr::to_string(document).map_err(|_| unwritable())?);
    Ok(text)
}

fn json(document: &Application) -> Answer<String> {
    serde_json::to_string_pretty(document)
        .map(|text| text + "\n")
        .map_err(|_| unwritable())
}

fn unwritable() -> Refusal {
    Refusal::new(&INTERNAL, "the document could not be written")
}
