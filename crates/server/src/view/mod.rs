//! Rows and findings as the API shows them.

mod application;
mod change;
mod component;
mod deletion;
mod drift;
mod endpoints;
mod event;
mod explain;
mod plan;
mod rejected;
mod resource;
mod revision;
mod status;
mod task;
mod task_status;
mod tree;
mod words;

pub(crate) use application::{application, summary};
pub(crate) use change::{changes, is_different};
pub(crate) use component::components;
pub(crate) use deletion::deletion_item;
pub(crate) use drift::{add_drift, may_drift};
pub(crate) use event::{cluster_event, stored_event};
pub(crate) use explain::explained;
pub(crate) use plan::plan;
pub(crate) use rejected::rejected;
pub(crate) use resource::resource;
pub(crate) use revision::{compared, revision};
pub(crate) use status::{brief, phase, status};
pub(crate) use task::{task, task_summary};
pub(crate) use task_status::task_status;
pub(crate) use tree::tree;
