//! Tasks: list, show, follow, cancel, retry.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kubemin_api_types::{Accepted, CancelRequest, Cancelled, Task, TaskList, TaskStatus};
use kubemin_engine::TaskEvent;
use kubemin_ports::{StoreError, TaskRow};
use kubemin_workflow::TaskState;
use tokio::time::{sleep, timeout};

use crate::identity::task_id;
use crate::input::{Json as Input, PageQuery, Query};
use crate::problem::{Answer, CONFLICT, Refusal, TASK_ENDED};
use crate::state::{AppState, Core};
use crate::stream::{self, Reading, Source};
use crate::view;

/// How long an answer waits for a cancelled task to stop (app-plane §4: within a second).
const STOPS_WITHIN: Duration = Duration::from_millis(1_500);
/// Pause between two looks when no change is told.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// `GET /applications/{id}/tasks`, newest first.
pub(crate) async fn list(
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<TaskList>> {
    let limit = query.limit()?;
    let row = core.store.application(&id).await?;
    let tasks = core.store.tasks(&id, limit).await?;
    Ok(Json(TaskList {
        tasks: tasks
            .iter()
            .map(|task| view::task_summary(task, &row.name))
            .collect(),
    }))
}

/// `GET /workflow/tasks/{task}`.
pub(crate) async fn read(core: Core, Path(task): Path<String>) -> Answer<Json<Task>> {
    let row = core.store.task(&task).await?;
    let name = application_name(&core, &row).await;
    Ok(Json(view::task(&row, &name)))
}

/// `GET /workflow/tasks/{task}/status`, by component.
pub(crate) async fn status(core: Core, Path(task): Path<String>) -> Answer<Json<TaskStatus>> {
    let row = core.store.task(&task).await?;
    let name = application_name(&core, &row).await;
    Ok(Json(view::task_status(&row, &name)))
}

/// `GET /workflow/tasks/{task}/stream`: the task at once and on each change, until it ends.
pub(crate) async fn follow(
    State(state): State<AppState>,
    core: Core,
    Path(task): Path<String>,
) -> Answer<Response> {
    let row = core.store.task(&task).await?;
    let name = application_name(&core, &row).await;
    stream::follow(
        &state,
        &core,
        TaskSource {
            core: core.clone(),
            task,
            name,
            shown: None,
        },
    )
}

/// The name; the id when the application is gone.
async fn application_name(core: &Core, task: &TaskRow) -> String {
    core.store
        .application(&task.app_id)
        .await
        .map_or_else(|_| task.app_id.clone(), |row| row.name)
}

/// `POST /workflow/tasks/{task}/cancel`.
pub(crate) async fn cancel(
    core: Core,
    Path(task): Path<String>,
    Input(request): Input<CancelRequest>,
) -> Answer<Json<Cancelled>> {
    cancelled(&core, &task, &request).await.map(Json)
}

/// Ends a task and waits a moment for it to stop.
pub(crate) async fn cancelled(
    core: &Core,
    task: &str,
    request: &CancelRequest,
) -> Answer<Cancelled> {
    let mut changes = core.engine.subscribe();
    let state = match core.engine.cancel(task, &reason(request)).await {
        Ok(state) => state,
        Err(StoreError::Conflict(why)) => {
            return Err(Refusal::new(&TASK_ENDED, why).business(20013));
        }
        Err(fault) => return Err(fault.into()),
    };
    let stopped = async {
        let mut state = state;
        while !state.is_terminal() {
            tokio::select! {
                _ = changes.recv() => {}
                () = sleep(LOOK_EVERY) => {}
            }
            state = core.store.task(task).await.map_or(state, |row| row.state);
        }
        state
    };
    let state: TaskState = timeout(STOPS_WITHIN, stopped).await.unwrap_or(state);
    Ok(Cancelled {
        task_id: task.to_owned(),
        status: state.as_str().to_owned(),
    })
}

fn reason(request: &CancelRequest) -> String {
    let who = request.user.as_deref().filter(|user| !user.is_empty());
    let why = request
        .reason
        .as_deref()
        .filter(|reason| !reason.is_empty());
    match (who, why) {
        (Some(who), Some(why)) => format!("cancelled by {who}: {why}"),
        (Some(who), None) => format!("cancelled by {who}"),
        (None, Some(why)) => format!("cancelled: {why}"),
        (None, None) => "cancelled on request".to_owned(),
    }
}

/// `POST /workflow/tasks/{task}/retry`.
pub(crate) async fn retry(core: Core, Path(task): Path<String>) -> Answer<Response> {
    retried(&core, &task).await
}

/// Stores a task that goes on where another one ended.
pub(crate) async fn retried(core: &Core, task: &str) -> Answer<Response> {
    let row = core.store.task(task).await?;
    if !row.state.is_terminal() || row.state == TaskState::Completed {
        let detail = format!(
            "task {task} is {}; only one that did not succeed can be tried again",
            row.state.as_str()
        );
        return Err(Refusal::new(&CONFLICT, detail).business(20004));
    }
    let task_id = core
        .store
        .retry(task, &task_id(core.clock.now_ms()))
        .await?;
    let app = core.store.application(&row.app_id).await?;
    core.engine.offer(&task_id, &app.namespace);
    let body = Accepted {
        id: row.app_id,
        revision: row.revision,
        task_id,
    };
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}

struct TaskSource {
    core: Core,
    task: String,
    name: String,
    shown: Option<Task>,
}

impl Source for TaskSource {
    fn concerns(&self, change: &TaskEvent) -> bool {
        change.task_id == self.task
    }

    async fn read(&mut self) -> Answer<Reading> {
        let row = self.core.store.task(&self.task).await?;
        let now = view::task(&row, &self.name);
        let events = if self.shown.as_ref() == Some(&now) {
            Vec::new()
        } else {
            vec![stream::json_event("task", &now)]
        };
        self.shown = Some(now);
        Ok(Reading {
            events,
            last: row.state.is_terminal(),
        })
    }
}
