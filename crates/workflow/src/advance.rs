//! Which jobs may start now (seed 000, Step 与 Priority 执行顺序, 示例 1–4; decision 28: a pool, not batches).

use kubemin_model::Mode;

use crate::plan::{Plan, PlannedStep};
use crate::state::{JobState, TaskState};

/// Limits that hold inside one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Jobs of one priority that run at once in a `StepByStep` step (`--workflow-sequential-max-concurrency`), at least 1.
    pub sequential: usize,
}

/// What the engine does next with a task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// Jobs to start, as indices into [`Plan::jobs`], in order.
    pub start: Vec<usize>,
    /// The state in which the task ends, once nothing runs and nothing more may start.
    pub end: Option<TaskState>,
}

/// Decides from the states of a plan's jobs what may start and whether the task has ended.
///
/// A failed job lets running jobs finish and starts no further one.
pub fn advance(plan: &Plan, states: &[JobState], limits: Limits) -> Decision {
    let worst = worst_end(states);
    let running = states.contains(&JobState::Running);
    if worst.is_some() {
        return Decision {
            start: Vec::new(),
            end: worst.filter(|_| !running),
        };
    }
    let start: Vec<usize> = (0..plan.steps.len())
        .filter(|&step| predecessors_done(plan, step, states))
        .flat_map(|step| startable(plan, step, states, limits))
        .collect();
    let done = states.iter().all(|state| *state == JobState::Completed);
    Decision {
        start,
        end: done.then_some(TaskState::Completed),
    }
}

fn worst_end(states: &[JobState]) -> Option<TaskState> {
    if states.contains(&JobState::Cancelled) {
        Some(TaskState::Cancelled)
    } else if states.contains(&JobState::Failed) {
        Some(TaskState::Failed)
    } else if states.contains(&JobState::Timeout) {
        Some(TaskState::Timeout)
    } else {
        None
    }
}

fn predecessors_done(plan: &Plan, step: usize, states: &[JobState]) -> bool {
    plan.steps[step].after.iter().all(|&before| {
        plan.jobs_of(before)
            .all(|(index, _)| states[index] == JobState::Completed)
    })
}

/// Jobs of the step's first unfinished wave that may start, bounded by the pool in `StepByStep`.
fn startable(plan: &Plan, step: usize, states: &[JobState], limits: Limits) -> Vec<usize> {
    let Some(wave) = plan
        .jobs_of(step)
        .filter(|&(index, _)| states[index] != JobState::Completed)
        .map(|(_, job)| job.wave)
        .min()
    else {
        return Vec::new();
    };
    let in_wave: Vec<usize> = plan
        .jobs_of(step)
        .filter(|(_, job)| job.wave == wave)
        .map(|(index, _)| index)
        .collect();
    let running = in_wave
        .iter()
        .filter(|&&index| states[index] == JobState::Running)
        .count();
    let room = pool(&plan.steps[step], limits).saturating_sub(running);
    in_wave
        .into_iter()
        .filter(|&index| matches!(states[index], JobState::Waiting | JobState::Queued))
        .take(room)
        .collect()
}

fn pool(step: &PlannedStep, limits: Limits) -> usize {
    match step.mode {
        Mode::StepByStep => limits.sequential.max(1),
        Mode::Dag => usize::MAX,
    }
}
