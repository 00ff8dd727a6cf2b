//! Components of an application.

use axum::Json;
use axum::extract::Path;
use kubemin_api_types::ComponentList;

use crate::problem::Answer;
use crate::state::Core;
use crate::view;

/// `GET /applications/{id}/components`.
pub(crate) async fn list(core: Core, Path(id): Path<String>) -> Answer<Json<ComponentList>> {
    let row = core.store.application(&id).await?;
    let mut rows = core.store.components(&id).await?;
    let task = core.store.latest_task(&id).await?;
    if let Some(rejected) = view::rejected(&row, task.as_ref(), &core.facts) {
        rejected.tell(&mut rows);
    }
    Ok(Json(ComponentList {
        components: view::components(&row, &rows),
    }))
}
