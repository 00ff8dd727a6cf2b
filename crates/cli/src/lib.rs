//! The command line: one module a command, thin over the crates that decide.
//!
//! Commands on files need nothing but the files. Whatever needs a network, a runtime or TLS sets it up itself, so that
//! the others start in milliseconds.

mod args;
mod changes;
mod client;
mod clock;
mod commands;
mod document;
mod exit;
mod failure;
mod findings;
mod follow;
mod paint;
mod profile;
mod progress;
mod run;
mod screen;
mod session;
mod table;
mod timeline;

pub use exit::Exit;
pub use run::{reference, run};
