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
    let rows = core.store.components(&id).await?;
    Ok(Json(ComponentList {
        components: view::components(&row, &rows),
    }))
}
