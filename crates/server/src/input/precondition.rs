//! `If-Match`: the revision the caller has seen.

use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;

use crate::problem::{Answer, Refusal, UNREADABLE};
use crate::state::AppState;

/// The revision that must be current; any when the header is absent or `*`.
pub(crate) struct IfMatch(pub(crate) Option<i64>);

impl FromRequestParts<AppState> for IfMatch {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Answer<Self> {
        let Some(value) = parts.headers.get(IF_MATCH) else {
            return Ok(Self(None));
        };
        let value = value.to_str().unwrap_or_default().trim();
        if value == "*" {
            return Ok(Self(None));
        }
        let revision = value.trim_start_matches("W/").trim_matches('"').parse();
        revision.map(|revision| Self(Some(revision))).map_err(|_| {
            Refusal::new(
                &UNREADABLE,
                "If-Match must be an ETag that this server has given",
            )
        })
    }
}
