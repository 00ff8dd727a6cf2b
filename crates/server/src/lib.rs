//! The server: REST API, engine and store wired together, and its configuration.

mod absent;
mod api;
pub mod config;
mod deploy;
mod edit;
mod gate;
mod identity;
mod input;
mod listen;
mod log;
mod mask;
mod metrics;
mod openapi;
mod operation;
mod problem;
mod random;
mod replicas;
mod rotation;
mod route;
mod router;
mod routes;
mod run;
mod state;
mod stream;
mod time;
mod tls;
mod trace;
mod view;
mod wire;

pub use gate::{Access, Limits, Peer, TokenError, Tokens};
pub use openapi::openapi;
pub use rotation::{NewKey, RotateError, Rotated, rotate_key};
pub use router::router;
pub use run::{RunError, run, run_until};
pub use state::{AppState, Core};
pub use tls::TlsError;
