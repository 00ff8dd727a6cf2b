//! Differences: between a document and the cluster, between two revisions.

use axum::Json;
use axum::extract::Path;
use kubemin_api_types::{Diff, RevisionDiff};
use kubemin_model::{ValidApplication, revive};
use kubemin_ports::task::TaskOptions;

use crate::deploy;
use crate::input::{Body, DiffQuery, Query, submitted};
use crate::problem::{Answer, NO_REVISION, Refusal};
use crate::state::Core;
use crate::view;

/// `POST /applications/{id}/diff`: the document in the body, or the stored one, against the cluster.
pub(crate) async fn with_cluster(
    core: Core,
    Path(id): Path<String>,
    body: Body,
) -> Answer<Json<Diff>> {
    let row = core.store.application(&id).await?;
    let app = if body.text.trim().is_empty() {
        revive(row.document)?
    } else {
        deploy::same_name(&row, submitted(body, &core.facts).await?)?.app
    };
    diff(&core, &app).await.map(Json)
}

/// `POST /applications/diff`: the document in the body against the cluster, whether it is stored or not.
pub(crate) async fn of_document(core: Core, body: Body) -> Answer<Json<Diff>> {
    let submitted = deploy::under_its_id(&core, submitted(body, &core.facts).await?).await?;
    diff(&core, &submitted.app).await.map(Json)
}

async fn diff(core: &Core, app: &ValidApplication) -> Answer<Diff> {
    let preview = core.engine.preview(app, &TaskOptions::default()).await?;
    Ok(Diff {
        application: app.name().to_owned(),
        namespace: app.namespace().to_owned(),
        different: view::is_different(&preview.changes),
        changes: view::changes(&preview.changes),
        notes: preview.notes,
    })
}

/// `GET /applications/{id}/diff?from=&to=`.
pub(crate) async fn of_revisions(
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<DiffQuery>,
) -> Answer<Json<RevisionDiff>> {
    let row = core.store.application(&id).await?;
    let to = query.to.unwrap_or(row.revision);
    let from = query.from.unwrap_or(to - 1);
    if from < 1 {
        let detail = format!("there is no revision before {to} to compare it with");
        return Err(Refusal::new(&NO_REVISION, detail));
    }
    let (from, to) = (
        core.store.revision(&id, from).await?,
        core.store.revision(&id, to).await?,
    );
    Ok(Json(view::compared(&from, &to)))
}
