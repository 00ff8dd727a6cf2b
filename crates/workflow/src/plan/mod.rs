//! Objects ordered into jobs: by step, wave and declared order (seed 000, Step 与 Priority 执行顺序; app-plane §4).

mod derive;
mod timeout;
mod waits;

use std::time::Duration;

use kubemin_model::{Mode, Step, ValidApplication};
use kubemin_objects::{Compiled, Kind, Object, ObjectKey};
use serde::{Deserialize, Serialize};

pub use derive::derived_steps;

/// Everything a task does.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Steps in order.
    pub steps: Vec<PlannedStep>,
    /// Jobs of all steps, in the order in which they are listed and preferred.
    pub jobs: Vec<PlannedJob>,
    /// Whether the workflow was derived from the component types.
    pub derived: bool,
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedStep {
    /// Name of the step.
    pub name: String,
    /// How its jobs run.
    pub mode: Mode,
    /// Steps (indices) that must have finished before it starts.
    pub after: Vec<usize>,
}

/// What a job does to its object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobAction {
    /// Server-side apply, then wait for pods when the object is a workload.
    #[default]
    Apply,
    /// Removal of an object that is no longer declared.
    Delete,
}

/// One job: one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedJob {
    /// Index of its step.
    pub step: usize,
    /// Group inside the step; a wave starts when the one before has finished.
    pub wave: usize,
    /// Component the object was made for.
    pub component: String,
    /// The object.
    pub key: ObjectKey,
    /// Priority of its kind.
    pub priority: u8,
    /// Apply or delete.
    pub action: JobAction,
    /// Longest time from start to finish (decision 29).
    pub timeout: Duration,
    /// What must have happened before it starts, for people.
    pub waits_for: Vec<String>,
}

/// Settings that change a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanOptions {
    /// `--workflow-default-job-timeout`.
    pub default_timeout: Duration,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            default_timeout: Duration::from_secs(60),
        }
    }
}

/// Name of the step that removes what is no longer declared.
pub const CLEAN_UP_STEP: &str = "clean-up";
/// Priority of clean-up jobs (seed 000, 优先级说明).
pub const CLEAN_UP_PRIORITY: u8 = 20;

impl Plan {
    /// Jobs of a step with their indices.
    pub fn jobs_of(&self, step: usize) -> impl Iterator<Item = (usize, &PlannedJob)> {
        self.jobs
            .iter()
            .enumerate()
            .filter(move |(_, job)| job.step == step)
    }
}

/// Orders the objects of an application into jobs; `removed` are deleted in a last step.
pub fn plan(
    app: &ValidApplication,
    compiled: &Compiled,
    removed: &[(ObjectKey, String)],
    options: &PlanOptions,
) -> Plan {
    let given = app
        .document()
        .workflow
        .as_ref()
        .map(|workflow| workflow.steps.clone());
    let derived = given.is_none();
    let steps = given.unwrap_or_else(|| derived_steps(app.document()));
    let mut plan = Plan {
        steps: Vec::new(),
        jobs: Vec::new(),
        derived,
    };
    for (index, step) in steps.iter().enumerate() {
        plan.steps.push(PlannedStep {
            name: step.name.clone(),
            mode: step.mode.unwrap_or_default(),
            after: predecessors(&steps, index),
        });
        let mut jobs = jobs_of_step(app, compiled, step, index, options);
        jobs.sort_by_key(|job| job.wave);
        plan.jobs.extend(jobs);
    }
    push_clean_up(&mut plan, removed, options);
    waits::fill_in(&mut plan);
    plan
}

/// Declared order, or the steps named by `dependsOn` when the step names any.
fn predecessors(steps: &[Step], index: usize) -> Vec<usize> {
    if steps[index].depends_on.is_empty() {
        return index.checked_sub(1).into_iter().collect();
    }
    let wanted = &steps[index].depends_on;
    (0..steps.len())
        .filter(|&other| wanted.contains(&steps[other].name))
        .collect()
}

fn jobs_of_step(
    app: &ValidApplication,
    compiled: &Compiled,
    step: &Step,
    index: usize,
    options: &PlanOptions,
) -> Vec<PlannedJob> {
    let mut jobs = Vec::new();
    let mut first_level = 0;
    for group in groups(step) {
        let levels = derive::levels(app.document(), &group);
        for (component, level) in group.iter().zip(&levels) {
            jobs.extend(
                compiled
                    .objects
                    .iter()
                    .filter(|object| object.component == *component)
                    .map(|object| PlannedJob {
                        step: index,
                        wave: wave(first_level + level, object.key.kind),
                        component: component.clone(),
                        key: object.key.clone(),
                        priority: object.priority(),
                        action: JobAction::Apply,
                        timeout: timeout::of_job(app, step, object, options),
                        waits_for: Vec::new(),
                    }),
            );
        }
        first_level += levels.iter().max().map_or(0, |level| level + 1);
    }
    jobs
}

/// Components of a step: sub-steps one after another in `StepByStep`, one group in `DAG` (decision 26).
fn groups(step: &Step) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = Vec::new();
    if !step.components.is_empty() {
        groups.push(step.components.clone());
    }
    groups.extend(step.sub_steps.iter().map(|sub| sub.components.clone()));
    match step.mode.unwrap_or_default() {
        Mode::StepByStep => groups,
        Mode::Dag => vec![groups.concat()],
    }
}

/// Bindings go after the rest of their priority: the API server looks at the role to see whether it may be bound.
fn wave(level: usize, kind: Kind) -> usize {
    let binds = matches!(kind, Kind::RoleBinding | Kind::ClusterRoleBinding);
    level * 100 + usize::from(kind.priority()) + usize::from(binds)
}

/// Ingresses and workloads go before what they need: reverse apply order.
fn push_clean_up(plan: &mut Plan, removed: &[(ObjectKey, String)], options: &PlanOptions) {
    if removed.is_empty() {
        return;
    }
    let step = plan.steps.len();
    plan.steps.push(PlannedStep {
        name: CLEAN_UP_STEP.to_owned(),
        mode: Mode::Dag,
        after: (0..step).collect(),
    });
    let mut removed = removed.to_vec();
    removed.sort_by(|a, b| b.0.cmp(&a.0));
    plan.jobs
        .extend(removed.into_iter().map(|(key, component)| PlannedJob {
            step,
            wave: clean_up_wave(key.kind),
            component,
            key,
            priority: CLEAN_UP_PRIORITY,
            action: JobAction::Delete,
            timeout: options.default_timeout,
            waits_for: Vec::new(),
        }));
}

fn clean_up_wave(kind: Kind) -> usize {
    usize::from(u8::MAX - kind.priority())
}

/// Whether the object makes its job wait for pods.
pub fn waits_for_pods(object: &Object) -> bool {
    object.key.kind.is_workload()
}
