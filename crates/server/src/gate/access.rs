//! Who may call: on loopback everybody who comes from this machine, elsewhere who holds a token.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::token::Tokens;
use crate::problem::{Refusal, UNAUTHORIZED};
use crate::state::AppState;

/// Rules of access.
#[derive(Clone)]
pub struct Access {
    /// Whether the listener can only be reached from this machine.
    pub(super) loopback: bool,
    tokens: Tokens,
    /// Origins of web pages that may call.
    pub(crate) origins: Vec<String>,
}

impl Access {
    /// Rules of a listener at `address`.
    pub fn new(address: IpAddr, tokens: Tokens, origins: Vec<String>) -> Self {
        let origins = origins
            .into_iter()
            .map(|origin| origin.trim_end_matches('/').to_owned())
            .collect();
        Self {
            loopback: address.is_loopback(),
            tokens,
            origins,
        }
    }

    /// A wrong token is refused on loopback too: whoever sends one expects it to count.
    fn admits(&self, headers: &HeaderMap) -> Result<(), &'static str> {
        let Some(value) = headers.get(AUTHORIZATION) else {
            return if self.loopback {
                Ok(())
            } else {
                Err("send the token as `Authorization: Bearer TOKEN`")
            };
        };
        let value = value.to_str().unwrap_or_default();
        match value.split_once(' ') {
            Some((scheme, token))
                if scheme.eq_ignore_ascii_case("bearer") && self.tokens.hold(token.trim()) =>
            {
                Ok(())
            }
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("bearer") => {
                Err("the token is not known here")
            }
            _ => Err("only bearer tokens are accepted"),
        }
    }
}

/// Lets a request pass when it may.
pub(crate) async fn require_token(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    if let Err(refusal) = state.rooms().may_guess(request.extensions()) {
        return refusal.into_response();
    }
    match state.access().admits(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(why) => {
            if request.headers().contains_key(AUTHORIZATION) {
                state.rooms().guessed_wrong(request.extensions());
            }
            Refusal::new(&UNAUTHORIZED, why)
                .business(401)
                .into_response()
        }
    }
}
