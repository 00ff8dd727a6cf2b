//! A module a command.

pub mod act;
pub mod apply;
pub mod completion;
pub mod delete;
pub mod diff;
pub mod doctor;
pub mod events;
pub mod export;
pub mod history;
pub mod import;
pub mod list;
pub mod logs;
pub mod plan;
pub mod render;
pub mod server;
pub mod status;
pub mod task;
pub mod tree;
pub mod validate;
pub mod version;
pub mod why;
