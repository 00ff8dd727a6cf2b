//! History.

use axum::Json;
use axum::extract::Path;
use kubemin_api_types::{Revision, RevisionList};

use crate::input::{PageQuery, Query};
use crate::problem::Answer;
use crate::state::Core;
use crate::view;

/// `GET /applications/{id}/revisions`.
pub(crate) async fn list(
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<RevisionList>> {
    let (limit, before) = (query.limit()?, query.number()?);
    let row = core.store.application(&id).await?;
    let all = core.store.revisions(&id).await?;
    let mut rest = all
        .iter()
        .filter(|revision| before.is_none_or(|before| revision.revision < before));
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    Ok(Json(RevisionList {
        next_cursor: page
            .last()
            .filter(|_| more)
            .map(|last| last.revision.to_string()),
        revisions: page
            .into_iter()
            .map(|revision| view::revision(revision, row.revision, false))
            .collect(),
    }))
}

/// `GET /applications/{id}/revisions/{revision}`.
pub(crate) async fn read(
    core: Core,
    Path((id, revision)): Path<(String, i64)>,
) -> Answer<Json<Revision>> {
    let row = core.store.application(&id).await?;
    let found = core.store.revision(&id, revision).await?;
    Ok(Json(view::revision(&found, row.revision, true)))
}
