//! Whole documents: what loads, what is refused, and exactly where.

mod added_traits;
mod components;
mod documents;
mod properties;
mod spellings;
mod support;
mod traits;
mod workflows;
