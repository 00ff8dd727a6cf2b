//! Changes that need no new document: scale, stop, start, restart, rollback.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kubemin_api_types::{Accepted, ComponentRequest, RollbackRequest, ScaleRequest};
use kubemin_ports::ApplicationRow;
use kubemin_ports::store::NewTask;
use kubemin_ports::task::{RestartRequest, TaskOptions};

use crate::deploy::{self, Deployment, offer};
use crate::identity::task_id;
use crate::input::{IfMatch, Json as Input};
use crate::problem::{Answer, NO_REVISION, Refusal};
use crate::state::Core;
use crate::{edit, time};

/// `POST /applications/{id}/scale`: a new revision (decision 39).
pub(crate) async fn scale(
    core: Core,
    Path(id): Path<String>,
    IfMatch(expected): IfMatch,
    Input(request): Input<ScaleRequest>,
) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    let mut document = row.document.clone();
    let name = edit::scale(
        &mut document,
        request.component.as_deref(),
        request.replicas,
    )?;
    let stopped = row
        .stopped
        .iter()
        .filter(|(component, _)| *component != name)
        .cloned()
        .collect();
    let cause = format!("scale {name} to {}", request.replicas);
    let how = Deployment {
        expected,
        stopped,
        ..Deployment::because(cause)
    };
    let (app, stored) = deploy::change(&core, &row, document, how).await?;
    Ok(deploy::answer(&app, stored, Vec::new()))
}

/// `POST /applications/{id}/stop`: no pods, the numbers are remembered.
pub(crate) async fn stop(
    core: Core,
    Path(id): Path<String>,
    IfMatch(expected): IfMatch,
    Input(request): Input<ComponentRequest>,
) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    let mut document = row.document.clone();
    let before = edit::stop(&mut document, request.component.as_deref())?;
    let stopped = row.stopped.iter().cloned().chain(before).collect();
    let how = Deployment {
        expected,
        stopped,
        ..Deployment::because("stop")
    };
    let (app, stored) = deploy::change(&core, &row, document, how).await?;
    Ok(deploy::answer(&app, stored, Vec::new()))
}

/// `POST /applications/{id}/start`: the remembered numbers of pods.
pub(crate) async fn start(
    core: Core,
    Path(id): Path<String>,
    IfMatch(expected): IfMatch,
    Input(request): Input<ComponentRequest>,
) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    let mut document = row.document.clone();
    let stopped = edit::start(
        &mut document,
        request.component.as_deref(),
        row.stopped.clone(),
    )?;
    let how = Deployment {
        expected,
        stopped,
        ..Deployment::because("start")
    };
    let (app, stored) = deploy::change(&core, &row, document, how).await?;
    Ok(deploy::answer(&app, stored, Vec::new()))
}

/// `POST /applications/{id}/restart`: the same revision with new pods.
pub(crate) async fn restart(
    core: Core,
    Path(id): Path<String>,
    Input(request): Input<ComponentRequest>,
) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    let components = edit::named(&row.document, request.component.as_deref())?;
    let at = time::text(core.clock.now_ms());
    let options = TaskOptions {
        restart: Some(RestartRequest { at, components }),
        ..TaskOptions::default()
    };
    accepted(&core, &row, options, false).await
}

/// `POST /applications/{id}/rollback`: an earlier document as a new revision.
pub(crate) async fn rollback(
    core: Core,
    Path(id): Path<String>,
    IfMatch(expected): IfMatch,
    Input(request): Input<RollbackRequest>,
) -> Answer<Response> {
    let row = core.store.application(&id).await?;
    let to = match request.to {
        Some(to) => to,
        None => earlier(&core, &row).await?,
    };
    let found = core.store.revision(&id, to).await?;
    let how = Deployment {
        expected,
        ..Deployment::because(format!("rollback to {to}"))
    };
    let (app, stored) = deploy::change(&core, &row, found.document, how).await?;
    Ok(deploy::answer(&app, stored, Vec::new()))
}

/// The newest earlier revision that was deployed completely; the one before when none was.
async fn earlier(core: &Core, row: &ApplicationRow) -> Answer<i64> {
    let all = core.store.revisions(&row.id).await?;
    let earlier = || {
        all.iter()
            .filter(|revision| revision.revision < row.revision)
    };
    let deployed = earlier().find(|revision| revision.task_state == "completed");
    deployed
        .or_else(|| earlier().next())
        .map(|revision| revision.revision)
        .ok_or_else(|| Refusal::new(&NO_REVISION, "there is no earlier revision to go back to"))
}

/// Stores a task for the current revision.
pub(crate) async fn accepted(
    core: &Core,
    row: &ApplicationRow,
    options: TaskOptions,
    force: bool,
) -> Answer<Response> {
    let task = NewTask {
        id: task_id(core.clock.now_ms()),
        options,
        force,
    };
    let task_id = core.store.add_task(&row.id, task).await?;
    offer(core, &task_id, &row.id, &row.namespace, force).await?;
    let body = Accepted {
        id: row.id.clone(),
        revision: row.revision,
        task_id,
    };
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}
