//! Every request has an end.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use crate::problem::{Refusal, TOO_SLOW};
use crate::state::AppState;

/// Bounds the time until the answer begins; slow bodies count too. Streams run on after that.
pub(crate) async fn within_time(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let limit = state.rooms().limits().request;
    let late = || {
        let detail = format!("there was no answer within {} s", limit.as_secs_f32());
        Refusal::new(&TOO_SLOW, detail).into_response()
    };
    timeout(limit, next.run(request))
        .await
        .unwrap_or_else(|_| late())
}
