//! The trace id of a request: taken from `traceparent`, else made; in every problem, in the log, in `x-trace-id`.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{debug, warn};

use crate::random;
use crate::state::AppState;

tokio::task_local! {
    static TRACE_ID: String;
}

/// The trace id of the request under way; empty outside of one.
pub(crate) fn current() -> String {
    TRACE_ID.try_with(Clone::clone).unwrap_or_default()
}

/// Gives the request its id, counts and logs it. Paths are logged as their pattern, never with a query.
pub(crate) async fn record(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let id = given(request.headers()).unwrap_or_else(made);
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    let started = Instant::now();
    let mut response = TRACE_ID.scope(id.clone(), next.run(request)).await;
    let (status, took) = (response.status(), started.elapsed());
    state
        .metrics()
        .request(&route, method.as_str(), status.as_u16(), took);
    if status.is_server_error() {
        warn!(trace = %id, %method, route, status = status.as_u16(), ?took, "request failed");
    } else {
        debug!(trace = %id, %method, route, status = status.as_u16(), ?took, "request");
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-trace-id", value);
    }
    response
}

/// The trace id of a W3C `traceparent`: `00-<32 hex digits>-<16>-<2>`.
fn given(headers: &HeaderMap) -> Option<String> {
    let id = headers
        .get("traceparent")?
        .to_str()
        .ok()?
        .split('-')
        .nth(1)?;
    let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    (id.len() == 32 && id.chars().all(hexadecimal) && id.chars().any(|c| c != '0'))
        .then(|| id.to_owned())
}

fn made() -> String {
    format!("{:016x}{:016x}", random::number(), random::number())
}
