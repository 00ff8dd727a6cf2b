//! Storing a document, and the task that deploys it.

use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use kubemin_api_types as api;
use kubemin_model::{Application, FieldError, ValidApplication, revive};
use kubemin_ports::store::{NewRevision, NewTask, StoredRevision};
use kubemin_ports::task::TaskOptions;
use kubemin_ports::{ApplicationRow, StoreError};

use crate::identity::task_id;
use crate::input::Submitted;
use crate::problem::{Answer, NAME_FIXED, REVISION_CHANGED, Refusal, field_problems};
use crate::state::Core;

/// How a document is stored.
#[derive(Default)]
pub(crate) struct Deployment {
    /// Why, for the history.
    pub(crate) cause: String,
    /// Revision that must be current.
    pub(crate) expected: Option<i64>,
    /// Replicas to restore on `start`.
    pub(crate) stopped: Vec<(String, i32)>,
    /// The task, when it is to be deployed.
    pub(crate) task: Option<(TaskOptions, bool)>,
    /// Key and hash of the request.
    pub(crate) idempotency: Option<(String, String)>,
}

impl Deployment {
    /// Stored and deployed.
    pub(crate) fn because(cause: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            task: Some((TaskOptions::default(), false)),
            ..Self::default()
        }
    }
}

/// Stores a document and wakes the engine.
pub(crate) async fn store(
    core: &Core,
    app: &ValidApplication,
    how: Deployment,
) -> Answer<StoredRevision> {
    let expected = how.expected;
    let force = how.task.as_ref().is_some_and(|(_, force)| *force);
    let task = how.task.map(|(options, force)| NewTask {
        id: task_id(core.clock.now_ms()),
        options,
        force,
    });
    let new = NewRevision {
        app_id: app.id().to_owned(),
        name: app.name().to_owned(),
        namespace: app.namespace().to_owned(),
        document: app.document().clone(),
        cause: how.cause,
        expected,
        stopped: Some(how.stopped),
        task,
        idempotency: how.idempotency,
    };
    match core.store.put_revision(new).await {
        Ok(stored) => {
            if let Some(task) = &stored.task_id {
                offer(core, task, &stored.app_id, app.namespace(), force).await?;
            }
            Ok(stored)
        }
        Err(StoreError::Conflict(why)) => Err(conflict(core, app.id(), expected, why).await),
        Err(fault) => Err(fault.into()),
    }
}

/// Has a stored task started; with force, what is under way is ended first.
pub(crate) async fn offer(
    core: &Core,
    task_id: &str,
    app_id: &str,
    namespace: &str,
    force: bool,
) -> Answer<()> {
    if force {
        core.engine.heed_requests(app_id).await?;
    }
    core.engine.offer(task_id, namespace);
    Ok(())
}

/// Tells a document that has changed in between from other conflicts.
async fn conflict(core: &Core, id: &str, expected: Option<i64>, why: String) -> Refusal {
    let current = core
        .store
        .application(id)
        .await
        .ok()
        .map(|row| row.revision);
    match (expected, current) {
        (Some(expected), Some(current)) if expected != current => {
            let detail =
                format!("revision {current} is current, not {expected}; read it and try again");
            Refusal::new(&REVISION_CHANGED, detail)
        }
        _ => StoreError::Conflict(why).into(),
    }
}

/// Stores another document of a known application.
pub(crate) async fn change(
    core: &Core,
    row: &ApplicationRow,
    document: Application,
    how: Deployment,
) -> Answer<(ValidApplication, StoredRevision)> {
    let app = revive(document)?;
    let stored = store(
        core,
        &app,
        Deployment {
            expected: how.expected.or(Some(row.revision)),
            ..how
        },
    )
    .await?;
    Ok((app, stored))
}

/// The document under the id of the application that has its name already (decision 8).
pub(crate) async fn under_its_id(core: &Core, submitted: Submitted) -> Answer<Submitted> {
    let app = &submitted.app;
    if let Some(row) = core
        .store
        .find_application(app.namespace(), app.name())
        .await?
    {
        return submitted.with_id(&row.id);
    }
    if submitted.own_id().is_some()
        && let Ok(row) = core.store.application(app.id()).await
    {
        return same_name(&row, submitted);
    }
    Ok(submitted)
}

/// The document as the next one of an application; its name and namespace stay.
pub(crate) fn same_name(row: &ApplicationRow, submitted: Submitted) -> Answer<Submitted> {
    let app = &submitted.app;
    if (app.namespace(), app.name()) == (row.namespace.as_str(), row.name.as_str()) {
        return submitted.with_id(&row.id);
    }
    let detail = format!(
        "the application {} is {}/{}, and the document says {}/{}; store it as another application instead",
        row.id,
        row.namespace,
        row.name,
        app.namespace(),
        app.name()
    );
    Err(Refusal::new(&NAME_FIXED, detail).business(10000))
}

/// The answer to a stored document: 202 with a task, 201 without.
pub(crate) fn answer(
    app: &ValidApplication,
    stored: StoredRevision,
    warnings: Vec<FieldError>,
) -> Response {
    let status = if stored.task_id.is_some() {
        StatusCode::ACCEPTED
    } else {
        StatusCode::CREATED
    };
    let headers: [(HeaderName, String); 2] = [
        (ETAG, format!("\"{}\"", stored.revision)),
        (LOCATION, format!("/api/v1/applications/{}", stored.app_id)),
    ];
    let body = api::Stored {
        workflow_id: stored.app_id.clone(),
        id: stored.app_id,
        name: app.name().to_owned(),
        namespace: app.namespace().to_owned(),
        revision: stored.revision,
        changed: stored.changed,
        task_id: stored.task_id,
        warnings: field_problems(warnings),
    };
    (status, headers, axum::Json(body)).into_response()
}
