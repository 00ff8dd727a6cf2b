//! Bodies of the REST API (interfaces, HTTP): what the server answers, what clients send. Plain data, no behaviour.
//!
//! Times are RFC 3339 with milliseconds, in UTC. Secret values are never in here: [`MASK`] stands in their place.

mod action;
mod application;
mod change;
mod check;
mod component;
mod deletion;
mod event;
mod explain;
mod log;
mod original;
mod plan;
mod platform;
mod problem;
mod resource;
mod revision;
mod status;
mod task;
mod tree;

pub use action::{Accepted, ComponentRequest, RollbackRequest, ScaleRequest, Stored};
pub use application::{Application, ApplicationList, ApplicationSummary};
pub use change::{Cause, Diff, FieldChange, ObjectChange};
pub use check::CheckReport;
pub use component::{Component, ComponentList};
pub use deletion::{Deletion, DeletionItem};
pub use event::{Event, EventList};
pub use explain::{Container, Drift, ExplainedComponent, ExplainedPod, Explanation};
pub use log::LogLine;
pub use original::{
    CancelRequest, Cancelled, ExecRequest, Executed, ResourcesDeleted, RetryRequest, TaskComponent,
    TaskStatus, UpdatedWorkflow, VersionUpdated, Workflow, WorkflowList,
};
pub use plan::{Plan, PlanJob, PlanStep};
pub use platform::{Dependency, Health, Readiness, Version};
pub use problem::{FieldProblem, Problem};
pub use resource::{Resource, ResourceList};
pub use revision::{Revision, RevisionDiff, RevisionList};
pub use status::{ApplicationStatus, ComponentStatus, TaskBrief};
pub use task::{Task, TaskJob, TaskList, TaskStep, TaskSummary};
pub use tree::{Tree, TreeComponent, TreeObject, TreePod};

/// What stands in the place of a secret value (decision 7). A document that holds it is refused.
pub const MASK: &str = "******";
