//! The application as its author describes it: types, parsing in every accepted spelling, validation, names.
//!
//! This crate knows no Kubernetes types, no clock, no files and no network (ADR 0001): text or JSON goes in,
//! a [`ValidApplication`] or a complete list of faults comes out.

pub mod amount;
pub mod application;
mod check;
pub mod component;
mod document;
pub mod duration;
mod json_schema;
mod load;
pub mod names;
mod normalise;
pub mod policies;
pub mod quantity;
pub mod report;
mod shape;
pub mod traits;
pub mod validated;
pub mod workflow;

pub use amount::{Amount, AmountError};
pub use application::Application;
pub use component::{Component, ComponentType, Port, Properties, TemplateReference};
pub use document::{Format, MAX_BYTES, MAX_DEPTH, MAX_NODES};
pub use json_schema::json_schema;
pub use load::{Loaded, load, load_in, revive};
pub use policies::Policies;
pub use quantity::Quantity;
pub use report::{FieldError, Report};
pub use traits::Traits;
pub use validated::ValidApplication;
pub use workflow::{Mode, Step, SubStep, Workflow};
