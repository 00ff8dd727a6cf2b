//! The database adapter of `kubemin_ports::Store`: embedded SQLite in a locked data folder, or MySQL and MariaDB (ADR 0005).
//!
//! SQL is written once in the common subset of both; `sql` is the only module that names a driver.
//! Secret values are sealed before they reach a statement (`document`), so neither the database file nor its log has them.

mod applications;
mod batch;
mod cancel;
mod claim;
mod components;
mod document;
mod error;
mod events;
mod filter;
mod folder;
mod idempotency;
mod inventory;
mod jobs;
mod key;
mod lane;
mod lease;
mod meta;
mod migrate;
mod open;
mod options;
mod queue;
mod record;
mod remove;
mod replicas;
mod retention;
mod retry;
mod revisions;
mod rotate;
mod seal;
mod shared_key;
mod sql;
mod store;
mod supersede;
mod tasks;

pub use error::OpenError;
pub use key::{Key, KeySource};
pub use options::Options;
pub use rotate::Rotation;
pub use store::SqlStore;
