//! The server: REST API, engine and store wired together, and its configuration.

pub mod config;
