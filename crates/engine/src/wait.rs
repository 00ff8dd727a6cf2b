//! Waiting for a workload's pods: driven by the watch, explained by evidence that is fetched only while it is not ready.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt, pending};
use kubemin_objects::{Kind, ObjectKey, PodState};
use kubemin_ports::{Applied, Change};
use kubemin_workflow::diagnosis::{
    Cause, Evidence, Question, Requests, Verdict, judge, obstacles, stuck,
};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep_until};
use tracing::{info, warn};

use crate::engine::Shared;
use crate::job::Progress;

/// Pause between two looks when no change arrives, and between two fetches of evidence.
const LOOK_EVERY: Duration = Duration::from_millis(1_000);
/// Time in which a healthy start usually gets by without questions.
const FIRST_QUESTION_AFTER: Duration = Duration::from_millis(700);

/// Longest wait until the watch shows that a pod is being deleted.
const GONE_WITHIN: Duration = Duration::from_secs(2);

/// What is waited for.
pub(crate) struct Watched {
    /// Job.
    pub(crate) index: usize,
    /// Workload.
    pub(crate) key: ObjectKey,
    /// Application id.
    pub(crate) app_id: String,
    /// Component.
    pub(crate) component: String,
    /// Incarnation and generation that must become ready.
    pub(crate) applied: Applied,
    /// What one pod asks for.
    pub(crate) requests: Requests,
    /// `policies.whenUnschedulable: fail`.
    pub(crate) fail_when_unschedulable: bool,
    /// Nothing was written, so that pods which failed before are made anew.
    pub(crate) try_anew: bool,
    /// Start of the job.
    pub(crate) started: Instant,
    /// End of its time.
    pub(crate) deadline: Instant,
}

/// How the wait ended.
pub(crate) enum Outcome {
    /// The wanted generation serves.
    Ready,
    /// It will not become ready by itself.
    Failed(Cause, Evidence),
    /// Its time is over; the cause says what it was waiting for.
    TimedOut(Cause, Evidence),
}

/// Waits until the workload is ready, has failed, or its time is over.
pub(crate) async fn until_ready(
    shared: &Arc<Shared>,
    watched: &Watched,
    mut changes: Receiver<Change>,
    progress: &UnboundedSender<Progress>,
) -> Outcome {
    let mut evidence = Evidence::default();
    let mut gathering: Option<BoxFuture<'static, Evidence>> = None;
    let mut next_question = watched.started + FIRST_QUESTION_AFTER;
    let mut removed = HashSet::new();
    let mut doubt = Doubt::default();
    if watched.try_anew {
        try_anew(shared, watched, &mut changes, &mut removed).await;
    }
    loop {
        let (mut verdict, mut pods) = look(shared, watched, &evidence, &doubt);
        if matches!(verdict, Verdict::Failed(_)) {
            // Once more with full evidence: the cause shall carry log lines and events, and a passing state is no failure.
            evidence = gather(Arc::clone(shared), watched.key.clone(), pods).await;
            (verdict, pods) = look(shared, watched, &evidence, &doubt);
        }
        doubt.note(&verdict);
        remove_obstacles(shared, watched, &pods, &evidence, &mut removed).await;
        let cause = match verdict {
            Verdict::Ready => return Outcome::Ready,
            Verdict::Failed(cause) => return Outcome::Failed(cause, evidence),
            Verdict::Waiting(cause) => cause,
        };
        if Instant::now() >= watched.deadline {
            return Outcome::TimedOut(cause, evidence);
        }
        // The run loop may be gone already when the task was cancelled.
        let _ = progress.send(Progress {
            index: watched.index,
            reason: cause.reason,
            message: cause.message,
        });
        if gathering.is_none() && Instant::now() >= next_question {
            gathering = Some(gather(Arc::clone(shared), watched.key.clone(), pods).boxed());
        }
        let look_again = if gathering.is_some() {
            watched.deadline
        } else {
            next_question.min(watched.deadline)
        };
        tokio::select! {
            () = relevant_change(&mut changes, watched) => {}
            found = async { match gathering.as_mut() { Some(future) => future.await, None => pending().await } } => {
                evidence = found;
                gathering = None;
                next_question = Instant::now() + LOOK_EVERY;
            }
            () = sleep_until(look_again) => {}
        }
    }
}

/// Since when the same cause is seen: what is only missing for a moment is no failure (decision 30).
#[derive(Default)]
struct Doubt(Option<(Cause, Instant)>);

impl Doubt {
    fn note(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Waiting(cause) if !self.is_about(cause) => {
                self.0 = Some((cause.clone(), Instant::now()));
            }
            _ => {}
        }
    }

    fn is_about(&self, cause: &Cause) -> bool {
        self.0.as_ref().is_some_and(|(seen, _)| {
            // Not by the pod: of several in the same trouble each look may name another.
            (&seen.reason, &seen.container) == (&cause.reason, &cause.container)
        })
    }

    fn lasted(&self) -> Duration {
        self.0
            .as_ref()
            .map_or(Duration::ZERO, |(_, since)| since.elapsed())
    }
}

/// Judges what the watch has now.
fn look(
    shared: &Shared,
    watched: &Watched,
    evidence: &Evidence,
    doubt: &Doubt,
) -> (Verdict, Vec<PodState>) {
    let state = shared
        .cluster
        .workload(&watched.key)
        .filter(|state| state.uid == watched.applied.uid);
    let pods = pods(shared, watched);
    let judged = |lasted| judge(&question(watched, lasted), state.as_ref(), &pods, evidence);
    let verdict = match judged(doubt.lasted()) {
        // Another cause than the one that has lasted has not lasted yet.
        Verdict::Failed(cause) if !doubt.is_about(&cause) => judged(Duration::ZERO),
        verdict => verdict,
    };
    (verdict, pods)
}

fn pods(shared: &Shared, watched: &Watched) -> Vec<PodState> {
    let namespace = watched.key.namespace.as_deref().unwrap_or_default();
    shared
        .cluster
        .pods(namespace, &watched.app_id, &watched.component)
}

/// Makes pods anew that failed before; what the watch still says of the old ones is not taken for an answer.
async fn try_anew(
    shared: &Shared,
    watched: &Watched,
    changes: &mut Receiver<Change>,
    removed: &mut HashSet<String>,
) {
    let found = pods(shared, watched);
    for pod in stuck(&found).filter(|_| watched.key.kind != Kind::Job) {
        delete_pod(shared, pod, "a broken pod is made anew", removed).await;
    }
    let end = (Instant::now() + GONE_WITHIN).min(watched.deadline);
    while pods(shared, watched)
        .iter()
        .any(|pod| !pod.deleting && removed.contains(&pod.uid))
        && Instant::now() < end
    {
        tokio::select! {
            () = relevant_change(changes, watched) => {}
            () = sleep_until(end) => {}
        }
    }
}

/// Deletes broken pods of the version before that block a StatefulSet, each once.
async fn remove_obstacles(
    shared: &Shared,
    watched: &Watched,
    pods: &[PodState],
    evidence: &Evidence,
    removed: &mut HashSet<String>,
) {
    let Some(state) = shared.cluster.workload(&watched.key) else {
        return;
    };
    for pod in obstacles(&question(watched, Duration::ZERO), &state, pods, evidence) {
        let why = "a broken pod of the version before blocks the update; it is deleted";
        delete_pod(shared, pod, why, removed).await;
    }
}

/// Deletes a pod, once; a fault is met at the next look.
async fn delete_pod(shared: &Shared, pod: &PodState, why: &str, removed: &mut HashSet<String>) {
    if !removed.insert(pod.uid.clone()) {
        return;
    }
    info!(pod = pod.name, "{why}");
    if let Err(fault) = shared
        .cluster
        .delete_pod(&pod.namespace, &pod.name, &pod.uid)
        .await
    {
        warn!(pod = pod.name, %fault, "it could not be deleted");
        removed.remove(&pod.uid);
    }
}

fn question(watched: &Watched, lasted: Duration) -> Question<'_> {
    Question {
        kind: watched.key.kind,
        generation: watched.applied.generation,
        waited_ms: i64::try_from(lasted.as_millis()).unwrap_or(i64::MAX),
        requests: &watched.requests,
        fail_when_unschedulable: watched.fail_when_unschedulable,
    }
}

async fn gather(shared: Arc<Shared>, key: ObjectKey, pods: Vec<PodState>) -> Evidence {
    let with_nodes = pods.iter().any(|pod| pod.unscheduled.is_some());
    shared
        .cluster
        .evidence(&key, &pods, with_nodes)
        .await
        .unwrap_or_default()
}

/// Returns at the next change of this component, or when changes were missed.
async fn relevant_change(changes: &mut Receiver<Change>, watched: &Watched) {
    loop {
        match changes.recv().await {
            Ok(change)
                if change.app_id == watched.app_id && change.component == watched.component =>
            {
                return;
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => pending().await,
        }
    }
}
