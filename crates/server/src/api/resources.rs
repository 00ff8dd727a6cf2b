//! Objects of an application.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kubemin_api_types::{ResourceList, ResourcesDeleted};
use kubemin_engine::DeletionAction;

use crate::problem::{Answer, Refusal, TASK_ACTIVE};
use crate::state::Core;
use crate::view;

/// `GET /applications/{id}/resources`.
pub(crate) async fn list(core: Core, Path(id): Path<String>) -> Answer<Json<ResourceList>> {
    let row = core.store.application(&id).await?;
    Ok(Json(ResourceList {
        resources: row.inventory.iter().map(view::resource).collect(),
    }))
}

/// `DELETE /applications/{id}/resources`: the objects go, claims and the document stay.
pub(crate) async fn delete(core: Core, Path(id): Path<String>) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    if let Some(task) = core
        .store
        .latest_task(&id)
        .await?
        .filter(|task| !task.state.is_terminal())
    {
        let detail = format!(
            "task {} is {}; cancel it first",
            task.id,
            task.state.as_str()
        );
        return Err(Refusal::new(&TASK_ACTIVE, detail).business(20007));
    }
    let mut body = ResourcesDeleted {
        app_id: id,
        ..ResourcesDeleted::default()
    };
    let items = core.engine.deletion(&row, false).await?;
    for item in items
        .into_iter()
        .filter(|item| item.action == DeletionAction::Delete)
    {
        match core.cluster.delete(&item.key, &item.uid).await {
            Ok(_) => body.deleted_resources.push(item.key.to_string()),
            Err(fault) => body.failed_resources.push(format!("{}: {fault}", item.key)),
        }
    }
    let failed = !body.failed_resources.is_empty();
    let status = if failed {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::OK
    };
    Ok((status, Json(body)).into_response())
}
