//! Memory under attack, in a process of its own: what other tests take would be counted too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bombs;
#[allow(dead_code, reason = "most of it is for the other tests of the API")]
#[path = "../api/support.rs"]
mod support;
