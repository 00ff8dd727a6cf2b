//! The server's own description.

use std::sync::OnceLock;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kubemin_api_types::Version;
use tokio::time::timeout;

use crate::openapi::openapi;
use crate::state::AppState;

/// Longest wait for the cluster's version.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /version`.
pub(crate) async fn version(State(state): State<AppState>) -> Json<Version> {
    let kubernetes = match state.core() {
        Some(core) => timeout(PATIENCE, core.cluster.version())
            .await
            .ok()
            .and_then(Result::ok),
        None => None,
    };
    Json(Version {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        api: "v1".to_owned(),
        kubernetes,
    })
}

/// `GET /openapi.json`.
pub(crate) async fn description() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    same_for_all(
        "application/json",
        TEXT.get_or_init(|| openapi().to_string()),
    )
}

/// `GET /schemas/application.json`.
pub(crate) async fn schema() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    same_for_all(
        "application/schema+json",
        TEXT.get_or_init(|| kubemin_model::json_schema().to_string()),
    )
}

fn same_for_all(kind: &'static str, text: &'static str) -> Response {
    (
        [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=300")],
        text,
    )
        .into_response()
}
