//! Loopback without a token still checks who asks: a web page of somebody else must not reach it (decision 48).

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::access::Access;
use crate::problem::{FOREIGN_ORIGIN, Refusal};
use crate::state::AppState;

/// Refuses requests with a foreign `Host` (DNS rebinding) or `Origin` (another page) on loopback.
pub(crate) async fn check_origin(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    match refused(state.access(), &request) {
        Some(why) => Refusal::new(&FOREIGN_ORIGIN, why)
            .business(403)
            .into_response(),
        None => next.run(request).await,
    }
}

fn refused(access: &Access, request: &Request) -> Option<String> {
    if !access.loopback {
        return None;
    }
    let host = text(request, &HOST).or_else(|| request.uri().authority().map(ToString::to_string));
    if let Some(host) = &host
        && !is_this_machine(host)
    {
        return Some(format!(
            "this server answers on loopback only, and {host} is another host"
        ));
    }
    let origin = text(request, &ORIGIN)?;
    let own = host.is_some_and(|host| {
        [format!("http://{host}"), format!("https://{host}")].contains(&origin)
    });
    if own || access.origins.contains(&origin) {
        return None;
    }
    Some(format!(
        "pages of {origin} may not call this server; list the origin with --cors-origins"
    ))
}

fn text(request: &Request, name: &HeaderName) -> Option<String> {
    request
        .headers()
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
