//! Why a workload is not ready: what ends its job at once, what is waited for (decision 30).

mod container;
mod evidence;
mod obstacle;
mod room;
mod workload;

use kubemin_objects::{Kind, PodState, WorkloadState};
use serde::{Deserialize, Serialize};

pub use evidence::{ClaimFact, EventFact, Evidence, LogTail, NodeRoom, Requests};
pub use obstacle::{obstacles, stuck};

use crate::readiness::{Progress, progress};

/// One cause in one sentence, and what to do about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Stable CamelCase word, e.g. `ImageNotFound`.
    pub reason: String,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Pod it was seen on, empty when none.
    #[serde(default)]
    pub pod: String,
    /// Container it was seen on, empty when none.
    #[serde(default)]
    pub container: String,
}

impl Cause {
    pub(crate) fn new(reason: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            reason: reason.to_owned(),
            message: message.into(),
            remedy: remedy.into(),
            ..Self::default()
        }
    }

    pub(crate) fn on(mut self, pod: &PodState, container: &str) -> Self {
        pod.name.clone_into(&mut self.pod);
        container.clone_into(&mut self.container);
        self
    }
}

/// Judgement about a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The wanted generation serves.
    Ready,
    /// Not yet, and it is worth waiting; says for what.
    Waiting(Cause),
    /// It will not become ready without somebody's help.
    Failed(Cause),
}

/// How a single observation is to be taken, before the time it has lasted is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Ends the job now.
    Fatal(Cause),
    /// Ends the job when it lasts longer than [`PATIENCE_MS`].
    FatalIfItLasts(Cause),
    /// Waited for.
    Patience(Cause),
}

/// What the judge knows beside the observations.
#[derive(Debug, Clone, PartialEq)]
pub struct Question<'a> {
    /// Kind of the workload.
    pub kind: Kind,
    /// Generation that has to become ready; 0 for any.
    pub generation: i64,
    /// For how long the same cause has been seen, milliseconds.
    pub waited_ms: i64,
    /// What one pod asks for.
    pub requests: &'a Requests,
    /// `policies.whenUnschedulable: fail`.
    pub fail_when_unschedulable: bool,
}

/// How long a missing ConfigMap, Secret or claim is waited for: somebody may be making it (decision 30).
pub const PATIENCE_MS: i64 = 5_000;

/// Judges a workload; `None` for `state` means that the watch has not shown it yet.
pub fn judge(
    question: &Question<'_>,
    state: Option<&WorkloadState>,
    pods: &[PodState],
    evidence: &Evidence,
) -> Verdict {
    let Some(state) = state else {
        return Verdict::Waiting(Cause::new(
            "NotSeenYet",
            "the object is not visible yet",
            "wait",
        ));
    };
    let underway = match progress(question.kind, state, question.generation) {
        Progress::Ready => return Verdict::Ready,
        Progress::Failed(message) => {
            return Verdict::Failed(workload::failed_job(&message, pods, evidence));
        }
        Progress::Underway(message) => message,
    };
    if !is_observed(question, state) {
        // Pods and conditions still tell of the version before.
        return Verdict::Waiting(Cause::new("Progressing", underway, "wait"));
    }
    let relevant = newest(question.kind, state, pods, evidence);
    let mut findings = workload::findings(question, state, evidence);
    for pod in &relevant {
        findings.extend(container::findings(question.kind, pod, evidence));
        findings.extend(room::finding(question, pod, evidence));
    }
    decide(findings, question.waited_ms, underway)
}

/// The gravest finding decides; of equally grave ones the first, so that the same trouble has the same cause each time.
fn decide(findings: Vec<Finding>, waited_ms: i64, underway: String) -> Verdict {
    let (mut doubt, mut patience) = (None, None);
    for finding in findings {
        match finding {
            Finding::Fatal(cause) => return Verdict::Failed(cause),
            Finding::FatalIfItLasts(cause) if waited_ms >= PATIENCE_MS => {
                return Verdict::Failed(cause);
            }
            Finding::FatalIfItLasts(cause) => doubt = doubt.or(Some(cause)),
            Finding::Patience(cause) => patience = patience.or(Some(cause)),
        }
    }
    let waiting = doubt.or(patience);
    Verdict::Waiting(waiting.unwrap_or_else(|| Cause::new("Progressing", underway, "wait")))
}

fn is_observed(question: &Question<'_>, state: &WorkloadState) -> bool {
    question.kind == Kind::Job
        || state.observed_generation >= question.generation.max(state.generation)
}

/// Pods of the newest revision: older ones may be broken without hindering the new version.
fn newest<'a>(
    kind: Kind,
    state: &WorkloadState,
    pods: &'a [PodState],
    evidence: &'a Evidence,
) -> Vec<&'a PodState> {
    let alive: Vec<&PodState> = pods.iter().filter(|pod| !pod.deleting).collect();
    let revision = match kind {
        Kind::StatefulSet => Some(state.update_revision.as_str()),
        // After a rollback the newest version's pods may be the oldest ones.
        Kind::Deployment if !evidence.revision.is_empty() => Some(evidence.revision.as_str()),
        Kind::Deployment if !has_new_pods(state, alive.len()) => return Vec::new(),
        Kind::Deployment => alive
            .iter()
            .max_by_key(|pod| pod.created_ms)
            .map(|pod| pod.revision.as_str()),
        _ => None,
    };
    let wanted = |pod: &&PodState| revision.is_none_or(|wanted| pod.revision == wanted);
    alive.into_iter().filter(wanted).collect()
}

/// Whether the Deployment has pods of the new version, and all of its pods are seen.
fn has_new_pods(state: &WorkloadState, seen: usize) -> bool {
    state.updated > 0 && usize::try_from(state.current).is_ok_and(|current| seen >= current)
}
