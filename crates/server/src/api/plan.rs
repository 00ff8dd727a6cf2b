//! What deploying a document would do.

use axum::Json;
use kubemin_api_types::Plan;

use crate::deploy;
use crate::input::{Body, DocumentQuery, Query, submitted};
use crate::problem::Answer;
use crate::state::Core;
use crate::view;

/// `POST /applications/plan`: against the cluster and the stored application of this name.
pub(crate) async fn plan(
    core: Core,
    Query(query): Query<DocumentQuery>,
    body: Body,
) -> Answer<Json<Plan>> {
    let submitted = deploy::under_its_id(&core, submitted(body, &core.facts).await?).await?;
    let preview = core
        .engine
        .preview(&submitted.app, &query.options())
        .await?;
    Ok(Json(view::plan(
        &submitted.app,
        &preview,
        submitted.warnings,
    )))
}
