//! Why an application is as it is, and what it consists of.

use axum::Json;
use axum::extract::Path;
use kubemin_api_types::{ExplainedComponent, Explanation, Tree};
use kubemin_ports::ComponentRow;

use crate::edit;
use crate::input::{Query, WhyQuery};
use crate::problem::Answer;
use crate::state::Core;
use crate::view;

/// `GET /applications/{id}/why`.
pub(crate) async fn why(
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<WhyQuery>,
) -> Answer<Json<Explanation>> {
    let row = core.store.application(&id).await?;
    edit::named(&row.document, query.component.as_deref())?;
    let stored = core.store.components(&id).await?;
    let task = core.store.latest_task(&id).await?;
    let truths = core
        .engine
        .explain(&row, query.component.as_deref())
        .await?;
    let all: Vec<&ComponentRow> = stored.iter().collect();
    let mut components: Vec<ExplainedComponent> = truths
        .iter()
        .map(|truth| view::explained(&row, &stored, truth))
        .collect();
    if !view::may_drift(&row, task.as_ref()) {
        // The difference is what the document wants and no task has brought yet.
        components.iter_mut().for_each(|one| one.drift.clear());
    }
    if let Some(rejected) = view::rejected(&row, task.as_ref(), &core.facts) {
        rejected.explain(&mut components);
    }
    Ok(Json(Explanation {
        id: row.id.clone(),
        name: row.name.clone(),
        namespace: row.namespace.clone(),
        phase: view::phase(&row, &all).as_str().to_owned(),
        task: task.as_ref().map(view::brief),
        components,
    }))
}

/// `GET /applications/{id}/tree`.
pub(crate) async fn tree(core: Core, Path(id): Path<String>) -> Answer<Json<Tree>> {
    let row = core.store.application(&id).await?;
    let rows = core.store.components(&id).await?;
    Ok(Json(view::tree(&row, &rows, core.cluster.as_ref())))
}
