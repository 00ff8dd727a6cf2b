//! Refusals: what a handler answers instead of its result, as `application/problem+json`.

mod from;
mod kinds;
mod refusal;

pub(crate) use from::field_problems;
pub(crate) use kinds::*;
pub(crate) use refusal::{Answer, Refusal};
