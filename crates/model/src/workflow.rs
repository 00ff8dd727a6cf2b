//! The workflow an author writes (seed 000, Workflow; app-plane §4; decisions 17, 26, 28).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Ordered steps. Written as a list of steps or as an object `{steps: […]}` (decision 17).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workflow {
    /// Steps in order.
    pub steps: Vec<Step>,
}

/// One step; the next one starts when it has finished.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// Name of the step, unique in the workflow.
    pub name: String,
    /// `deploy` (default). Further types come with the distributed engine.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-spellings" = ["stepType", "jobType", "workflowType"]))]
    pub kind: Option<String>,
    /// How the jobs of the step run. `StepByStep` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Components that the step deploys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<String>,
    /// `policies` in here means `components` (decision 17).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<StepProperties>,
    /// Steps inside the step: in order in `StepByStep`, one group in `DAG` (decision 26).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sub_steps: Vec<SubStep>,
    /// Steps that must have finished before this one starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// Longest time a job of this step may take, e.g. `90s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
}

/// Steps inside a step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubStep {
    /// Name, unique in the step.
    pub name: String,
    /// `deploy` (default).
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-spellings" = ["stepType", "jobType", "workflowType"]))]
    pub kind: Option<String>,
    /// Components that the sub-step deploys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<String>,
    /// `policies` in here means `components`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<StepProperties>,
}

/// The original's other place for a step's components.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepProperties {
    /// Components that the step deploys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
}

/// How the jobs of one step run (seed 000, Step 与 Priority 执行顺序).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Mode {
    /// In declared order, at most `sequentialMaxConcurrency` of a priority at once.
    #[default]
    StepByStep,
    /// All jobs of a priority at once.
    #[serde(rename = "DAG")]
    Dag,
}
