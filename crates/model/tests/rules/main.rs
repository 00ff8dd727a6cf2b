//! Whole documents: what loads, what is refused, and exactly where.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod added_traits;
mod components;
mod documents;
mod properties;
mod spellings;
mod support;
mod traits;
mod workflows;
