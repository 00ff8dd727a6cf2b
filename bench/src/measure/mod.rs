//! What is measured, one file a question.

pub mod command_line;
pub mod compile;
pub mod deploy;
pub mod memory;
pub mod rate;
pub mod render;
pub mod requests;
pub mod start;
pub mod status;
pub mod unchanged;
