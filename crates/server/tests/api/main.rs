//! The API as its callers see it: a router over a real database, and a real listener where that matters.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod cluster;
mod documents;
mod earlier;
mod gateway;
mod lifecycle;
mod limits;
mod listener;
mod lists;
mod reference;
mod refusals;
mod retention;
mod secrets;
mod streams;
mod support;
