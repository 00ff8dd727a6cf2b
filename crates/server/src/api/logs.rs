//! Logs of an application's pods, as text or as a stream of lines.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream::BoxStream;
use kubemin_api_types as api;
use kubemin_ports::cluster::ClusterResult;
use kubemin_ports::{LogLine, LogRequest};

use crate::edit;
use crate::gate::StreamSeat;
use crate::input::{LogQuery, Query};
use crate::problem::{Answer, INVALID_QUERY, Refusal};
use crate::state::{AppState, Core};
use crate::stream;

type Lines = BoxStream<'static, ClusterResult<LogLine>>;

/// `GET /applications/{id}/logs`.
pub(crate) async fn read(
    State(state): State<AppState>,
    core: Core,
    Path(id): Path<String>,
    Query(query): Query<LogQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    if query.tail.is_some_and(|tail| tail < 0) {
        return Err(Refusal::new(&INVALID_QUERY, "tail is negative").at("tail", "is negative"));
    }
    let row = core.store.application(&id).await?;
    edit::named(&row.document, query.component.as_deref())?;
    let seat = state.rooms().stream()?;
    let request = LogRequest {
        namespace: row.namespace,
        app_id: row.id,
        component: query.component,
        container: query.container,
        follow: query.follow,
        previous: query.previous,
        tail: query.tail,
    };
    let stopping = state.stopping();
    let lines = core
        .cluster
        .logs(request)
        .await?
        .take_until(stopping.cancelled_owned())
        .boxed();
    if stream::wanted(&headers) {
        return Ok(as_events(lines, seat));
    }
    Ok(as_text(lines, seat, query.prefix.unwrap_or(true)))
}

fn as_text(lines: Lines, seat: StreamSeat, prefix: bool) -> Response {
    let text = lines.map(move |line| {
        let _seat = &seat;
        Ok::<_, Infallible>(Bytes::from(text_line(line, prefix)))
    });
    (
        [(CONTENT_TYPE, "text/plain; charset=utf-8")],
        Body::from_stream(text),
    )
        .into_response()
}

fn text_line(line: ClusterResult<LogLine>, prefix: bool) -> String {
    match line {
        Ok(line) if prefix => format!("{}/{}: {}\n", line.pod, line.container, line.text),
        Ok(line) => line.text + "\n",
        Err(fault) => format!("# {fault}\n"),
    }
}

fn as_events(lines: Lines, seat: StreamSeat) -> Response {
    let events = lines.map(move |line| {
        let _seat = &seat;
        Ok::<_, Infallible>(event(line))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

fn event(line: ClusterResult<LogLine>) -> Event {
    match line {
        Ok(line) => {
            let line = api::LogLine {
                pod: line.pod,
                container: line.container,
                text: line.text,
            };
            stream::json_event("line", &line)
        }
        Err(fault) => stream::json_event("problem", &Refusal::from(fault).problem()),
    }
}
