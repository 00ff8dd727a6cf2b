//! Room for requests and streams; what does not fit is told when to come back.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::Extensions;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::Limits;
use super::peer::address;
use super::pulse::Pulse;
use crate::problem::{Answer, Refusal, TOO_MANY_REQUESTS};
use crate::state::AppState;

/// Path that always answers: orchestrators kill what does not.
const ALIVE: &str = "/healthz";

/// Room of the server.
pub(crate) struct Rooms {
    limits: Limits,
    requests: Semaphore,
    streams: Arc<Semaphore>,
    pace: Pulse,
    wrong: Pulse,
}

/// A stream's place; given back when the stream ends.
pub(crate) struct StreamSeat(
    #[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit,
);

impl Rooms {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            requests: Semaphore::new(limits.requests),
            streams: Arc::new(Semaphore::new(limits.streams)),
            pace: Pulse::new(limits.rate, limits.burst),
            wrong: Pulse::new(1, limits.wrong_tokens),
            limits,
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// A place for a stream.
    pub(crate) fn stream(&self) -> Answer<StreamSeat> {
        Arc::clone(&self.streams)
            .try_acquire_owned()
            .map(StreamSeat)
            .map_err(|_| too_many("too many streams are open; close some", 5))
    }

    /// Whether the address may still present tokens.
    pub(super) fn may_guess(&self, extensions: &Extensions) -> Answer<()> {
        let wait = |seconds| too_many("too many wrong tokens came from this address", seconds);
        self.wrong.peek(address(extensions)).map_err(wait)
    }

    /// Counts a wrong token.
    pub(super) fn guessed_wrong(&self, extensions: &Extensions) {
        // the next request sees whether that was one too many
        let _ = self.wrong.take(address(extensions));
    }
}

fn too_many(detail: &str, seconds: u64) -> Refusal {
    Refusal::new(&TOO_MANY_REQUESTS, detail).retry_after(seconds)
}

/// Lets a request in when its address keeps the pace and there is room.
pub(crate) async fn admit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.uri().path() == ALIVE {
        return next.run(request).await;
    }
    let rooms = state.rooms();
    if let Err(seconds) = rooms.pace.take(address(request.extensions())) {
        return too_many("this address sends requests too fast", seconds).into_response();
    }
    let Ok(_room) = rooms.requests.try_acquire() else {
        return too_many("the server is busy", 1).into_response();
    };
    next.run(request).await
}
