//! What requests carry, checked before a handler looks at it.

mod body;
mod document;
mod json;
mod parameters;
mod precondition;
mod repeat;

pub(crate) use body::Body;
pub(crate) use document::{Submitted, check, submitted};
pub(crate) use json::Json;
pub(crate) use parameters::{
    DeleteQuery, DiffQuery, DocumentQuery, EventQuery, ExportQuery, ListQuery, LogQuery, PageQuery,
    Query, StatusQuery, StoreQuery, WhyQuery,
};
pub(crate) use precondition::IfMatch;
pub(crate) use repeat::Repeat;
