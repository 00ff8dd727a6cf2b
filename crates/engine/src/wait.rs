//! Waiting for a workload's pods: driven by the watch, explained by evidence that is fetched only while it is not ready.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt, pending};
use kubemin_objects::{ObjectKey, PodState};
use kubemin_ports::{Applied, Change};
use kubemin_workflow::diagnosis::{Cause, Evidence, Question, Requests, Verdict, judge, obstacles};
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
    loop {
        let (mut verdict, mut pods) = look(shared, watched, &evidence);
        if matches!(verdict, Verdict::Failed(_)) {
            // Once more with full evidence: the cause shall carry log lines and events, and a passing state is no failure.
            evidence = gather(Arc::clone(shared), watched.key.clone(), pods).await;
            (verdict, pods) = look(shared, watched, &evidence);
        }
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

/// Judges what the watch has now.
fn look(shared: &Shared, watched: &Watched, evidence: &Evidence) -> (Verdict, Vec<PodState>) {
    let state = shared
        .cluster
        .workload(&watched.key)
        .filter(|state| state.uid == watched.applied.uid);
    let namespace = watched.key.namespace.as_deref().unwrap_or_default();
    let pods = shared
        .cluster
        .pods(namespace, &watched.app_id, &watched.component);
    let verdict = judge(&question(watched), state.as_ref(), &pods, evidence);
    (verdict, pods)
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
    let namespace = watched.key.namespace.as_deref().unwrap_or_default();
    for pod in obstacles(&question(watched), &state, pods, evidence) {
        if !removed.insert(pod.uid.clone()) {
            continue;
        }
        info!(
            pod = pod.name,
            "a broken pod of the version before blocks the update; it is deleted"
        );
        if let Err(fault) = shared
            .cluster
            .delete_pod(namespace, &pod.name, &pod.uid)
            .await
        {
            // The next look tries again.
            warn!(pod = pod.name, %fault, "it could not be deleted");
            removed.remove(&pod.uid);
        }
    }
}

fn question(watched: &Watched) -> Question<'_> {
    Question {
        kind: watched.key.kind,
        generation: watched.applied.generation,
        waited_ms: i64::try_from(watched.started.elapsed().as_millis()).unwrap_or(i64::MAX),
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
