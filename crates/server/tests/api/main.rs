//! The API as its callers see it: a router over a real database, and a real listener where that matters.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod bombs;
mod cluster;
mod documents;
mod earlier;
mod lifecycle;
mod limits;
mod listener;
mod lists;
mod reference;
mod secrets;
mod refusals;
mod retention;
mod streams;
mod support;
