//! Events of an application, once or as they come.

use std::collections::HashSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kubemin_api_types::{Event, EventList};
use kubemin_engine::TaskEvent;
use kubemin_ports::ApplicationRow;

use crate::input::{EventQuery, Query};
use crate::problem::Answer;
use crate::state::{AppState, Core};
use crate::stream::{self, Reading, Source};
use crate::view;

/// Stored events of an application at the most.
const ALL: usize = 500;

/// `GET /applications/{id}/events`: ours and those of Kubernetes, oldest first.
pub(crate) async fn list(
    State(state): State<AppState>,
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<EventQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (limit, after) = (query.limit()?, query.after()?);
    let row = core.store.application(&id).await?;
    if stream::wanted(&headers) {
        let resumed = headers
            .get("last-event-id")
            .and_then(|value| value.to_str().ok()?.parse().ok());
        let after = resumed.or(after).unwrap_or_default();
        let source = EventSource {
            core: core.clone(),
            row,
            component: query.component,
            after,
            seen: HashSet::new(),
        };
        return stream::follow(&state, &core, source);
    }
    let mut list = stored(&core, &row, query.component.as_deref(), after, limit).await?;
    if after.is_none() {
        match core.cluster.events(&row.namespace, &row.id).await {
            Ok(facts) => list.events.extend(facts.iter().map(view::cluster_event)),
            Err(fault) => list
                .notes
                .push(format!("events of Kubernetes are missing: {fault}")),
        }
        list.events.sort_by(|a, b| a.time.cmp(&b.time));
        let skipped = list.events.len().saturating_sub(limit);
        list.events.drain(..skipped);
    }
    Ok(Json(list).into_response())
}

/// Our events: the page behind `after`, or the newest ones.
async fn stored(
    core: &Core,
    row: &ApplicationRow,
    component: Option<&str>,
    after: Option<i64>,
    limit: usize,
) -> Answer<EventList> {
    let rows = core
        .store
        .events(
            &row.id,
            after.unwrap_or_default(),
            after.map_or(ALL, |_| limit),
        )
        .await?;
    let next_cursor = rows.last().map(|last| last.id.to_string());
    let fits = |event: &Event| component.is_none_or(|component| event.component == component);
    let events = rows.iter().map(view::stored_event).filter(fits).collect();
    Ok(EventList {
        events,
        next_cursor,
        notes: Vec::new(),
    })
}

struct EventSource {
    core: Core,
    row: ApplicationRow,
    component: Option<String>,
    after: i64,
    seen: HashSet<(String, String, String, i32)>,
}

impl Source for EventSource {
    fn concerns(&self, change: &TaskEvent) -> bool {
        change.app_id == self.row.id
    }

    async fn read(&mut self) -> Answer<Reading> {
        let list = stored(
            &self.core,
            &self.row,
            self.component.as_deref(),
            Some(self.after),
            ALL,
        )
        .await?;
        self.after = list
            .next_cursor
            .and_then(|cursor| cursor.parse().ok())
            .unwrap_or(self.after);
        let mut fresh = list.events;
        // a cluster that does not answer is asked again at the next reading
        let facts = self
            .core
            .cluster
            .events(&self.row.namespace, &self.row.id)
            .await
            .unwrap_or_default();
        for event in facts.iter().map(view::cluster_event) {
            let identity = (
                event.object.clone(),
                event.reason.clone(),
                event.time.clone(),
                event.count,
            );
            if self.seen.insert(identity) {
                fresh.push(event);
            }
        }
        fresh.sort_by(|a, b| a.time.cmp(&b.time));
        Ok(Reading {
            events: fresh
                .iter()
                .map(|event| written(event, self.after))
                .collect(),
            last: false,
        })
    }
}

fn written(event: &Event, after: i64) -> axum::response::sse::Event {
    stream::json_event("event", event).id(after.to_string())
}
