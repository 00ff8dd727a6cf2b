//! States of tasks and jobs (seed 000, 任务生命周期; app-plane §4). Terminal states never change again.

use serde::{Deserialize, Serialize};

/// State of a task: one run of an application's workflow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// Stored, nobody has taken it.
    #[default]
    Waiting,
    /// Taken, waits for a workflow slot.
    Queued,
    /// Under way.
    Running,
    /// Everything it deploys is ready.
    Completed,
    /// A job failed.
    Failed,
    /// A job ran out of time.
    Timeout,
    /// Cancelled by a person or superseded by a newer revision.
    Cancelled,
    /// Refused by a check before the first write.
    Rejected,
    /// Waits for a person.
    Suspended,
}

impl TaskState {
    /// Whether the state is final.
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Failed | Self::Timeout | Self::Cancelled | Self::Rejected
        )
    }

    /// The word stored in the database and sent over the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::Suspended => "suspended",
        }
    }

    /// The state of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Waiting,
            Self::Queued,
            Self::Running,
            Self::Completed,
            Self::Failed,
            Self::Timeout,
            Self::Cancelled,
            Self::Rejected,
            Self::Suspended,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
    }
}

/// State of a job: one object of one task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Something before it has not finished.
    #[default]
    Waiting,
    /// May start, waits for its turn.
    Queued,
    /// Under way.
    Running,
    /// Accepted by the API server and, for a workload, ready.
    Completed,
    /// Failed with a cause.
    Failed,
    /// Not ready in time.
    Timeout,
    /// Stopped or never started because the task ended.
    Cancelled,
}

impl JobState {
    /// Whether the state is final.
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Failed | Self::Timeout | Self::Cancelled
        )
    }

    /// The word stored in the database and sent over the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Waiting,
            Self::Queued,
            Self::Running,
            Self::Completed,
            Self::Failed,
            Self::Timeout,
            Self::Cancelled,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
    }
}
