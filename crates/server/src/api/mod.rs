//! Handlers: authenticate (done by the route), parse (done by extractors), call, map.

pub(crate) mod applications;
pub(crate) mod changes;
pub(crate) mod components;
pub(crate) mod deletion;
pub(crate) mod diff;
pub(crate) mod document;
pub(crate) mod events;
pub(crate) mod explorer;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod logs;
pub(crate) mod plan;
pub(crate) mod platform;
pub(crate) mod resources;
pub(crate) mod revisions;
pub(crate) mod status;
pub(crate) mod tasks;
pub(crate) mod truth;
pub(crate) mod version;
pub(crate) mod workflow;
pub(crate) mod workflow_document;
