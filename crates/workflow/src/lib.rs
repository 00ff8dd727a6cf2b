//! What happens in which order, and what a cluster's answers mean: pure functions, no clock, no I/O.
//!
//! `plan` orders objects into jobs, `advance` says which jobs may start, `readiness` and `diagnosis`
//! judge a workload from what was observed.

pub mod advance;
pub mod diagnosis;
pub mod plan;
pub mod preflight;
pub mod readiness;
pub mod requests;
pub mod role;
pub mod state;

pub use advance::{Decision, Limits, advance};
pub use diagnosis::{Cause, Evidence, Verdict};
pub use plan::{Plan, PlannedJob, PlannedStep, plan};
pub use role::{Role, Situation, role};
pub use state::{JobState, TaskState};
