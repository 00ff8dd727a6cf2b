//! Deleting an application.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kubemin_api_types::Deletion;
use kubemin_ports::ApplicationRow;
use kubemin_ports::store::NewTask;
use kubemin_ports::task::{DeleteRequest, TaskOptions};

use crate::deploy::offer;
use crate::identity::task_id;
use crate::input::{DeleteQuery, Query};
use crate::problem::Answer;
use crate::state::Core;
use crate::view;

/// `DELETE /applications/{id}`: a task that removes the objects, then the application. `plan=true` changes nothing.
pub(crate) async fn delete(
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<DeleteQuery>,
) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    let mut deletion = described(&row, query.purge);
    if query.plan {
        let items = core.engine.deletion(&row, query.purge).await?;
        deletion.items = items.iter().map(view::deletion_item).collect();
        return Ok(Json(deletion).into_response());
    }
    let delete = Some(DeleteRequest {
        purge_data: query.purge,
    });
    let options = TaskOptions {
        delete,
        ..TaskOptions::default()
    };
    // whatever is being deployed is to go: a deployment under way must not put it back
    let task = NewTask {
        id: task_id(core.clock.now_ms()),
        options,
        force: true,
    };
    let task_id = core.store.add_task(&id, task).await?;
    offer(&core, &task_id, &id, &row.namespace, true).await?;
    deletion.task_id = Some(task_id);
    Ok((StatusCode::ACCEPTED, Json(deletion)).into_response())
}

fn described(row: &ApplicationRow, purge_data: bool) -> Deletion {
    Deletion {
        id: row.id.clone(),
        name: row.name.clone(),
        namespace: row.namespace.clone(),
        purge_data,
        ..Deletion::default()
    }
}
