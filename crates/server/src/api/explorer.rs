//! The explorer: a page that shows the API's description and nothing from elsewhere.

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// Only this server's own files, only this server's own API.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/// `GET /docs`.
pub(crate) async fn page() -> Response {
    file(
        "text/html; charset=utf-8",
        include_str!("../../explorer/explorer.html"),
    )
}

/// `GET /docs/explorer.js`.
pub(crate) async fn script() -> Response {
    file(
        "text/javascript; charset=utf-8",
        include_str!("../../explorer/explorer.js"),
    )
}

/// `GET /docs/explorer.css`.
pub(crate) async fn style() -> Response {
    file(
        "text/css; charset=utf-8",
        include_str!("../../explorer/explorer.css"),
    )
}

fn file(kind: &'static str, text: &'static str) -> Response {
    (
        [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, POLICY)],
        text,
    )
        .into_response()
}
