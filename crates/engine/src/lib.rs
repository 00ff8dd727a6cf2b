//! Runs tasks: claims them, drives the plan, applies objects, waits for pods, records what happened.
//!
//! Decisions are `kubemin_workflow`'s; the outside world is behind `kubemin_ports`.

mod cancel;
mod cleanup;
mod deletion;
mod deployment;
mod dispatch;
mod engine;
mod error;
mod events;
mod explain;
mod fleet;
mod heartbeat;
mod hold;
mod job;
mod premises;
mod prepare;
mod preview;
mod record;
mod reservation;
mod restart;
mod retention;
mod run;
mod settings;
mod slot;
mod status;
mod sweep;
mod turns;
mod wait;

pub use deletion::{DeletionAction, DeletionItem};
pub use engine::{Engine, Parts, TaskEvent};
pub use error::EngineError;
pub use explain::{ComponentDrift, ComponentTruth, WorkloadTruth};
pub use fleet::{Replicas, Standing};
pub use preview::{ChangeAction, FieldChange, ObjectChange, Preview};
pub use settings::EngineSettings;
