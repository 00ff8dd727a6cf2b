//! Server-sent events: a source is read at once and again whenever something it is about changes.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Future, pending};
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::unfold;
use kubemin_engine::TaskEvent;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::gate::StreamSeat;
use crate::problem::{Answer, Refusal};
use crate::state::{AppState, Core};

/// A missed change is seen after this time.
const NET: Duration = Duration::from_secs(5);
/// Silence after which a comment shows that the stream lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What a reading gave.
pub(crate) struct Reading {
    /// Events that are new.
    pub(crate) events: Vec<Event>,
    /// Whether nothing more will come.
    pub(crate) last: bool,
}

/// Something that is read again and again.
pub(crate) trait Source: Send + Sync + 'static {
    /// Whether a change is about it.
    fn concerns(&self, change: &TaskEvent) -> bool;

    /// What is new since the last reading.
    fn read(&mut self) -> impl Future<Output = Answer<Reading>> + Send;
}

/// Whether the caller wants a stream.
pub(crate) fn wanted(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accept
        .split(',')
        .any(|kind| kind.trim().starts_with("text/event-stream"))
}

struct Following<S> {
    source: S,
    changes: Receiver<TaskEvent>,
    stopping: CancellationToken,
    ready: VecDeque<Event>,
    begun: bool,
    ended: bool,
    _seat: StreamSeat,
}

/// Answers with a stream of a source. Changes are listened to before the first reading, so that none is missed.
pub(crate) fn follow<S: Source>(state: &AppState, core: &Core, source: S) -> Answer<Response> {
    let following = Following {
        source,
        changes: core.engine.subscribe(),
        stopping: state.stopping(),
        ready: VecDeque::new(),
        begun: false,
        ended: false,
        _seat: state.rooms().stream()?,
    };
    let events = unfold(following, |mut following| async move {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), following))
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response())
}

impl<S: Source> Following<S> {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.ended || (self.begun && !self.changed().await) {
                return None;
            }
            self.begun = true;
            match self.source.read().await {
                Ok(reading) => {
                    self.ended = reading.last;
                    self.ready.extend(reading.events);
                }
                Err(refusal) => {
                    self.ended = true;
                    self.ready.push_back(failed(refusal));
                }
            }
        }
    }

    /// Waits for something to read; `false` when the server stops.
    async fn changed(&mut self) -> bool {
        let (source, changes) = (&self.source, &mut self.changes);
        tokio::select! {
            () = self.stopping.cancelled() => false,
            () = relevant(source, changes) => true,
            () = sleep(NET) => true,
        }
    }
}

async fn relevant<S: Source>(source: &S, changes: &mut Receiver<TaskEvent>) {
    loop {
        match changes.recv().await {
            Ok(change) if source.concerns(&change) => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => pending().await,
        }
    }
}

fn failed(refusal: Refusal) -> Event {
    json_event("problem", &refusal.problem())
}

/// An event that carries JSON.
pub(crate) fn json_event<T: serde::Serialize>(name: &str, body: &T) -> Event {
    Event::default()
        .event(name)
        .data(serde_json::to_string(body).unwrap_or_default())
}
