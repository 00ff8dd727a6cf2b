//! Running an application's workflow, in the words of the earlier API.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use kubemin_api_types::{CancelRequest, Cancelled, ExecRequest, Executed, RetryRequest};
use kubemin_ports::store::NewTask;
use kubemin_ports::{ApplicationRow, TaskRow};

use crate::api::tasks;
use crate::identity::task_id;
use crate::input::Json as Input;
use crate::problem::{Answer, INVALID_REQUEST, NO_TASK, NO_WORKFLOW, NOT_OFFERED, Refusal};
use crate::state::Core;

/// `POST /applications/{id}/workflow/exec`: one active task of a revision (decision 32).
pub(crate) async fn exec(
    core: Core,
    Path(id): Path<String>,
    Input(request): Input<ExecRequest>,
) -> Answer<Json<Executed>> {
    let row = core.store.application(&id).await?;
    if let Some(workflow) = request.workflow_id.filter(|workflow| *workflow != id) {
        let detail = format!("the application has the workflow {id}, not {workflow}");
        return Err(Refusal::new(&NO_WORKFLOW, detail).business(20005));
    }
    executed(&core, &row).await.map(Json)
}

/// `POST /workflow/exec`.
pub(crate) async fn exec_by_id(
    core: Core,
    Input(request): Input<ExecRequest>,
) -> Answer<Json<Executed>> {
    let Some(id) = request.workflow_id else {
        return Err(
            Refusal::new(&INVALID_REQUEST, "workflowId is missing").at("workflowId", "is missing")
        );
    };
    let row = core.store.application(&id).await.map_err(|_| {
        Refusal::new(&NO_WORKFLOW, format!("there is no workflow {id}")).business(20005)
    })?;
    executed(&core, &row).await.map(Json)
}

async fn executed(core: &Core, row: &ApplicationRow) -> Answer<Executed> {
    let task = NewTask {
        id: task_id(core.clock.now_ms()),
        ..NewTask::default()
    };
    let task_id = core.store.add_task(&row.id, task).await?;
    core.engine.offer(&task_id, &row.namespace);
    Ok(Executed { task_id })
}

/// `POST /applications/{id}/workflow/cancel`.
pub(crate) async fn cancel(
    core: Core,
    Path(id): Path<String>,
    Input(request): Input<CancelRequest>,
) -> Answer<Json<Cancelled>> {
    let task = task_of(&core, &id, request.task_id.as_deref()).await?;
    tasks::cancelled(&core, &task.id, &request).await.map(Json)
}

/// `POST /workflow/cancel`.
pub(crate) async fn cancel_by_id(
    core: Core,
    Input(request): Input<CancelRequest>,
) -> Answer<Json<Cancelled>> {
    let Some(task) = request.task_id.clone() else {
        return Err(Refusal::new(&INVALID_REQUEST, "taskId is missing").at("taskId", "is missing"));
    };
    tasks::cancelled(&core, &task, &request).await.map(Json)
}

/// `POST /applications/{id}/workflow/retry`.
pub(crate) async fn retry(
    core: Core,
    Path(id): Path<String>,
    Input(request): Input<RetryRequest>,
) -> Answer<Response> {
    let task = task_of(&core, &id, request.task_id.as_deref()).await?;
    tasks::retried(&core, &task.id).await
}

/// `POST /workflow`: workflows live in applications.
pub(crate) async fn create() -> Answer<Response> {
    let detail = "a workflow is part of an application: PUT /api/v1/applications/{id}/workflow";
    Err(Refusal::new(&NOT_OFFERED, detail).business(20002))
}

/// The named task of an application, or its newest.
async fn task_of(core: &Core, id: &str, task: Option<&str>) -> Answer<TaskRow> {
    core.store.application(id).await?;
    let found = match task {
        Some(task) => Some(core.store.task(task).await?).filter(|row| row.app_id == id),
        None => core.store.latest_task(id).await?,
    };
    let missing = || match task {
        Some(task) => format!("the application has no task {task}"),
        None => "the application has no task yet".to_owned(),
    };
    found.ok_or_else(|| Refusal::new(&NO_TASK, missing()).business(20006))
}
