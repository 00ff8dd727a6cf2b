//! A module a command.

pub mod completion;
pub mod plan;
pub mod render;
pub mod server;
pub mod validate;
pub mod version;
