//! Status of an application, once or as it changes.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kubemin_api_types::ApplicationStatus;
use kubemin_engine::TaskEvent;

use crate::input::{Query, StatusQuery};
use crate::problem::Answer;
use crate::state::{AppState, Core};
use crate::stream::{self, Reading, Source};
use crate::view;

/// `GET /applications/{id}/status`. Reads the database only, unless drift is asked for.
pub(crate) async fn read(
    State(state): State<AppState>,
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<StatusQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let status = if query.drift {
        with_drift(&core, &id).await?
    } else {
        status(&core, &id).await?
    };
    if stream::wanted(&headers) {
        return stream::follow(
            &state,
            &core,
            StatusSource {
                core: core.clone(),
                id,
                shown: None,
            },
        );
    }
    Ok(axum::Json(status).into_response())
}

async fn status(core: &Core, id: &str) -> Answer<ApplicationStatus> {
    let row = core.store.application(id).await?;
    let mut components = core.store.components(id).await?;
    let task = core.store.latest_task(id).await?;
    if let Some(rejected) = view::rejected(&row, task.as_ref(), &core.facts) {
        rejected.tell(&mut components);
    }
    Ok(view::status(&row, &components, task.as_ref()))
}

/// When the cluster does not answer, the database's word has to do.
async fn with_drift(core: &Core, id: &str) -> Answer<ApplicationStatus> {
    let row = core.store.application(id).await?;
    let mut components = core.store.components(id).await?;
    let task = core.store.latest_task(id).await?;
    if let Some(rejected) = view::rejected(&row, task.as_ref(), &core.facts) {
        rejected.tell(&mut components);
    }
    if view::may_drift(&row, task.as_ref())
        && let Ok(drift) = core.engine.drift(&row).await
    {
        view::add_drift(&mut components, &drift);
    }
    Ok(view::status(&row, &components, task.as_ref()))
}

struct StatusSource {
    core: Core,
    id: String,
    shown: Option<ApplicationStatus>,
}

impl Source for StatusSource {
    fn concerns(&self, change: &TaskEvent) -> bool {
        change.app_id == self.id
    }

    async fn read(&mut self) -> Answer<Reading> {
        let now = status(&self.core, &self.id).await?;
        let events = if self.shown.as_ref() == Some(&now) {
            Vec::new()
        } else {
            vec![stream::json_event("status", &now)]
        };
        self.shown = Some(now);
        Ok(Reading {
            events,
            last: false,
        })
    }
}
