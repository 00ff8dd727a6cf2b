//! One application's document: create, read, replace, try.

use axum::Json;
use axum::extract::Path;
use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kubemin_api_types::CheckReport;

use crate::api::workflow_document;
use crate::deploy::{self, Deployment};
use crate::input::{Body, IfMatch, Query, Repeat, StoreQuery, Submitted, check, submitted};
use crate::problem::{Answer, field_problems};
use crate::state::Core;
use crate::view;

/// `POST /applications`: stores the document, under the application that has its name already when there is one.
pub(crate) async fn create(
    core: Core,
    Query(query): Query<StoreQuery>,
    repeat: Repeat,
    body: Body,
) -> Answer<Response> {
    let idempotency = repeat.with_body(&body.text);
    let submitted = deploy::under_its_id(&core, submitted(body, &core.facts).await?).await?;
    put(&core, submitted, &query, None, idempotency).await
}

/// `PUT /applications/{id}`.
pub(crate) async fn replace(
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<StoreQuery>,
    IfMatch(expected): IfMatch,
    repeat: Repeat,
    body: Body,
) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    let idempotency = repeat.with_body(&body.text);
    let submitted = deploy::same_name(&row, submitted(body, &core.facts).await?)?;
    put(&core, submitted, &query, expected, idempotency).await
}

async fn put(
    core: &Core,
    submitted: Submitted,
    query: &StoreQuery,
    expected: Option<i64>,
    idempotency: Option<(String, String)>,
) -> Answer<Response> {
    let how = Deployment {
        cause: "apply".to_owned(),
        expected,
        stopped: Vec::new(),
        task: query.execute().then(|| (query.options(), query.force)),
        idempotency,
    };
    let stored = deploy::store(core, &submitted.app, how).await?;
    Ok(deploy::answer(&submitted.app, stored, submitted.warnings))
}

/// `GET /applications/{id}`. The tag is the revision: it stands for the document, not for the phase beside it.
pub(crate) async fn read(
    core: Core,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    let tag = format!("\"{}\"", row.revision);
    if headers
        .get(IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes())
    {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let components = core.store.components(&id).await?;
    let body = view::application(&row, &components.iter().collect::<Vec<_>>());
    Ok(([(ETAG, tag)], Json(body)).into_response())
}

/// `POST /applications/try`: checks and stores nothing.
pub(crate) async fn try_out(core: Core, body: Body) -> Answer<Json<CheckReport>> {
    if let Some((id, workflow)) = workflow_document::of_a_stored_application(&body) {
        return workflow_document::tried(&core, &id, workflow)
            .await
            .map(Json);
    }
    let (result, warnings) = check(body, &core.facts).await?;
    Ok(Json(report(result.err().unwrap_or_default(), warnings)))
}

/// The answer of every `try`.
pub(crate) fn report(
    errors: Vec<kubemin_model::FieldError>,
    warnings: Vec<kubemin_model::FieldError>,
) -> CheckReport {
    CheckReport {
        valid: errors.is_empty(),
        errors: field_problems(errors),
        warnings: field_problems(warnings),
    }
}
