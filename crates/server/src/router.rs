//! The whole service: routes inside, limits and checks around them.

use axum::Router;
use axum::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, LOCATION, RETRY_AFTER,
};
use axum::http::{HeaderValue, Method};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::cors::CorsLayer;
use tracing::error;

use crate::gate::{admit, check_origin, security_headers, within_time};
use crate::problem::{INTERNAL, NO_METHOD, NO_ROUTE, Refusal};
use crate::route::mount;
use crate::routes::routes;
use crate::state::AppState;
use crate::trace;

/// Answers below this size are not worth compressing.
const SMALL: u64 = 1024;

/// The service. The last layer is the outermost one.
pub fn router(state: AppState) -> Router {
    // lines of logs and events go out as they come, not when a block is full
    let worth = SizeAbove::new(SMALL)
        .and(NotForContentType::const_new("text/event-stream"))
        .and(NotForContentType::const_new("text/plain"));
    mount(&state, routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(not_this_way)
        .layer(CompressionLayer::new().compress_when(worth))
        .layer(from_fn_with_state(state.clone(), within_time))
        .layer(from_fn_with_state(state.clone(), admit))
        .layer(cors(state.access().origins.as_slice()))
        .layer(from_fn_with_state(state.clone(), check_origin))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(security_headers))
        .layer(from_fn_with_state(state.clone(), trace::record))
        .with_state(state)
}

/// Off unless origins are listed (decision 48).
fn cors(origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> = origins
        .iter()
        .filter_map(|origin| origin.parse().ok())
        .collect();
    if origins.is_empty() {
        return CorsLayer::new();
    }
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([
            AUTHORIZATION,
            CONTENT_TYPE,
            IF_MATCH,
            HeaderName::from_static("idempotency-key"),
        ])
        .expose_headers([
            ETAG,
            LOCATION,
            RETRY_AFTER,
            HeaderName::from_static("x-trace-id"),
        ])
}

async fn nothing_here() -> Response {
    Refusal::new(
        &NO_ROUTE,
        "there is nothing at this path; /docs lists what there is",
    )
    .business(404)
    .into_response()
}

async fn not_this_way() -> Response {
    Refusal::new(
        &NO_METHOD,
        "this path does not take this method; /docs lists what it takes",
    )
    .into_response()
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    error!(trace = trace::current(), "a handler panicked");
    Refusal::new(
        &INTERNAL,
        "the server made a mistake; its log has it under the trace id",
    )
    .into_response()
}
