//! When a workload is ready: the new generation, updated and available (app-plane §4), and what its component's status is.

use kubemin_objects::{Kind, WorkloadState};
use serde::{Deserialize, Serialize};

/// How far a workload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The wanted generation serves completely.
    Ready,
    /// Not yet; the text says how many of how many.
    Underway(String),
    /// It ended without success (Job).
    Failed(String),
}

/// Status of a component or application (decision 35; seed 000, 组件状态).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    /// All replicas are ready; configuration is applied.
    Running,
    /// Starting, or some replicas are ready.
    Pending,
    /// Failed or gone.
    Failed,
    /// Nothing is known.
    #[default]
    Unknown,
    /// No replicas, on purpose.
    Stopped,
    /// A job has finished.
    Completed,
}

impl Status {
    /// The word in the database, in answers and on screens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Pending => "Pending",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
            Self::Stopped => "Stopped",
            Self::Completed => "Completed",
        }
    }

    /// The status of this word; `Unknown` for any other.
    pub fn from_word(word: &str) -> Self {
        [
            Self::Running,
            Self::Pending,
            Self::Failed,
            Self::Stopped,
            Self::Completed,
        ]
        .into_iter()
        .find(|status| status.as_str() == word)
        .unwrap_or_default()
    }
}

/// How far the generation `wanted` of a workload is. Generations start at 1; pass 0 to accept any.
pub fn progress(kind: Kind, state: &WorkloadState, wanted: i64) -> Progress {
    match kind {
        Kind::Job => progress_of_job(state),
        _ if state.observed_generation < wanted.max(state.generation) => {
            Progress::Underway("the controller has not seen the change yet".to_owned())
        }
        Kind::StatefulSet => progress_of_stateful_set(state),
        _ => progress_of_deployment(state),
    }
}

fn progress_of_job(state: &WorkloadState) -> Progress {
    if let Some(failed) = condition(state, "Failed") {
        return Progress::Failed(failed);
    }
    match condition(state, "Complete") {
        Some(_) => Progress::Ready,
        None => Progress::Underway(format!(
            "{} of {} runs finished",
            state.ready, state.replicas
        )),
    }
}

fn progress_of_deployment(state: &WorkloadState) -> Progress {
    let wanted = state.replicas;
    if state.updated < wanted {
        Progress::Underway(format!(
            "{} of {wanted} pods have the new version",
            state.updated
        ))
    } else if state.current > state.updated {
        Progress::Underway(format!(
            "{} old pods are still there",
            state.current - state.updated
        ))
    } else if state.available < wanted {
        Progress::Underway(format!(
            "{} of {wanted} pods are available",
            state.available
        ))
    } else {
        Progress::Ready
    }
}

fn progress_of_stateful_set(state: &WorkloadState) -> Progress {
    let wanted = state.replicas;
    let to_update = (wanted - state.partition).max(0);
    if state.current != wanted {
        Progress::Underway(format!("{} of {wanted} pods exist", state.current))
    } else if state.updated < to_update && !state.revision_settled {
        Progress::Underway(format!(
            "{} of {to_update} pods have the new version",
            state.updated
        ))
    } else if state.ready < wanted || state.available < wanted {
        Progress::Underway(format!(
            "{} of {wanted} pods are ready",
            state.ready.min(state.available)
        ))
    } else {
        Progress::Ready
    }
}

fn condition(state: &WorkloadState, kind: &str) -> Option<String> {
    state
        .conditions
        .iter()
        .find(|c| c.kind == kind && c.is_true)
        .map(|c| {
            if c.message.is_empty() {
                c.reason.clone()
            } else {
                format!("{}: {}", c.reason, c.message)
            }
        })
}

/// Status of a component from its workload; `None` means that the object is gone.
pub fn status(kind: Kind, state: Option<&WorkloadState>) -> Status {
    let Some(state) = state else {
        return Status::Failed;
    };
    if kind == Kind::Job {
        return match progress(kind, state, 0) {
            Progress::Ready => Status::Completed,
            Progress::Failed(_) => Status::Failed,
            Progress::Underway(_) => Status::Pending,
        };
    }
    if state.replicas == 0 {
        return if state.current == 0 {
            Status::Stopped
        } else {
            Status::Pending
        };
    }
    if state.ready >= state.replicas {
        Status::Running
    } else {
        Status::Pending
    }
}

/// Phase of an application from its components (decision 35).
pub fn phase(components: &[Status]) -> Status {
    let any = |status: Status| components.contains(&status);
    if any(Status::Failed) {
        Status::Failed
    } else if any(Status::Pending) {
        Status::Pending
    } else if components.is_empty() || any(Status::Unknown) {
        Status::Unknown
    } else if any(Status::Running) {
        let only_still = components
            .iter()
            .all(|s| matches!(s, Status::Stopped | Status::Completed));
        if only_still {
            Status::Stopped
        } else {
            Status::Running
        }
    } else if any(Status::Stopped) {
        Status::Stopped
    } else {
        Status::Completed
    }
}
