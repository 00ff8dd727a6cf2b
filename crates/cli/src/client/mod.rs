//! The REST API from the outside: requests, answers, and why there was none.

mod address;
mod config;
mod connection;
mod error;
mod nearby;
mod sse;

pub use address::Route;
pub use config::ClientConfig;
pub use connection::Client;
pub use error::ClientError;
pub use nearby::runs_here;
