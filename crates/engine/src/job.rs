//! One job: apply or delete one object, then wait for its pods when it is a workload.

use std::sync::Arc;
use std::time::Duration;

use kubemin_objects::{Kind, Object};
use kubemin_ports::{Applied, ApplyOptions, Change, ClusterError, ClusterResult, Live};
use kubemin_workflow::diagnosis::{Cause, Evidence};
use kubemin_workflow::plan::{JobAction, PlannedJob};
use kubemin_workflow::preflight::Step;
use kubemin_workflow::requests;
use tokio::sync::broadcast::Receiver;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep};

use crate::engine::Shared;
use crate::hold::Hold;
use crate::wait::{Outcome, Watched, until_ready};

/// What the API server says of a Job's template.
const IMMUTABLE: &str = "field is immutable";
/// Pause before an API server that did not answer is asked again.
const RETRY: Duration = Duration::from_millis(500);

/// What a job needs, apart from the engine.
pub(crate) struct JobInput {
    /// Place in the plan.
    pub(crate) index: usize,
    /// The plan's entry.
    pub(crate) job: PlannedJob,
    /// The object to apply; `None` for a deletion.
    pub(crate) object: Option<Object>,
    /// What the cluster had of it before the first write.
    pub(crate) live: Option<Live>,
    /// How an existing object is treated.
    pub(crate) step: Step,
    /// Application id.
    pub(crate) app_id: String,
    /// `policies.whenUnschedulable: fail`.
    pub(crate) fail_when_unschedulable: bool,
    /// Whether an earlier process began the task: what it made is waited for, not tried anew.
    pub(crate) goes_on: bool,
    /// The right to write.
    pub(crate) hold: Arc<Hold>,
}

/// What a running job is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Place in the plan.
    pub(crate) index: usize,
    /// What it waits for, CamelCase.
    pub(crate) reason: String,
    /// For people.
    pub(crate) message: String,
}

/// How a job ended.
pub(crate) struct Finished {
    /// Place in the plan.
    pub(crate) index: usize,
    /// Whether it wrote.
    pub(crate) changed: bool,
    /// Success, or the cause.
    pub(crate) end: End,
}

/// End of a job.
pub(crate) enum End {
    Done,
    Failed(Cause, Evidence),
    TimedOut(Cause, Evidence),
}

/// Runs a job to its end.
pub(crate) async fn run(
    shared: Arc<Shared>,
    input: JobInput,
    progress: UnboundedSender<Progress>,
) -> Finished {
    let started = Instant::now();
    let deadline = started + input.job.timeout;
    let changes = shared.cluster.changes();
    match act(&shared, &input, deadline).await {
        Ok(applied) => {
            let end = match (&input.object, input.job.action) {
                (Some(object), JobAction::Apply) if object.key.kind.is_workload() => {
                    wait(
                        &shared, &input, object, &applied, changes, started, deadline, &progress,
                    )
                    .await
                }
                _ => End::Done,
            };
            Finished {
                index: input.index,
                changed: applied.changed,
                end,
            }
        }
        Err(fault) => Finished {
            index: input.index,
            changed: false,
            end: refused(&input, fault),
        },
    }
}

/// Repeats what may succeed later until the job's time is over.
async fn act(shared: &Shared, input: &JobInput, deadline: Instant) -> ClusterResult<Applied> {
    loop {
        let fault = match attempt(shared, input).await {
            Err(fault) if fault.is_passing() => fault,
            result => return result,
        };
        if Instant::now() + RETRY >= deadline {
            return Err(fault);
        }
        sleep(RETRY).await;
    }
}

async fn attempt(shared: &Shared, input: &JobInput) -> ClusterResult<Applied> {
    if !input.hold.is_ours() {
        // A process that was paused must not write what another one may have changed since.
        return Err(ClusterError::Unavailable(
            "the task may be another replica's by now".to_owned(),
        ));
    }
    let uid = || {
        input
            .live
            .as_ref()
            .map(|live| live.observed.uid.clone())
            .unwrap_or_default()
    };
    let Some(object) = input
        .object
        .as_ref()
        .filter(|_| input.job.action == JobAction::Apply)
    else {
        let changed = delete(shared, input, &uid()).await?;
        return Ok(Applied {
            changed,
            generation: 0,
            uid: uid(),
        });
    };
    match (&input.step, &input.live) {
        (Step::Keep, Some(_)) => Ok(Applied {
            changed: false,
            generation: 0,
            uid: uid(),
        }),
        (Step::Replace, Some(_)) => replace(shared, object, &uid()).await,
        (_, Some(live)) if object.key.kind == Kind::Job => {
            let options = ApplyOptions::default();
            match shared.cluster.apply(object, Some(live), options).await {
                // Labels may change in place; what it runs may not, and is run again.
                Err(ClusterError::Refused { message, .. }) if message.contains(IMMUTABLE) => {
                    replace(shared, object, &uid()).await
                }
                result => result,
            }
        }
        (_, live) => {
            shared
                .cluster
                .apply(object, live.as_ref(), ApplyOptions::default())
                .await
        }
    }
}

/// Only what carries this application's id is deleted: a name may have passed to somebody else.
async fn delete(shared: &Shared, input: &JobInput, uid: &str) -> ClusterResult<bool> {
    let ours = input.live.as_ref().is_some_and(|live| {
        live.observed
            .labels
            .get(kubemin_objects::labels::APP_ID)
            .is_some_and(|id| *id == input.app_id)
    });
    if !ours {
        return Ok(false);
    }
    shared.cluster.delete(&input.job.key, uid).await
}

/// A Job's template and a binding's role cannot be changed: the old object makes way for the new one.
async fn replace(shared: &Shared, object: &Object, uid: &str) -> ClusterResult<Applied> {
    shared.cluster.delete(&object.key, uid).await?;
    shared
        .cluster
        .wait_gone(&object.key, Duration::from_secs(10))
        .await?;
    shared
        .cluster
        .apply(object, None, ApplyOptions::default())
        .await
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call, kept flat so that each part is visible"
)]
async fn wait(
    shared: &Arc<Shared>,
    input: &JobInput,
    object: &Object,
    applied: &Applied,
    changes: Receiver<Change>,
    started: Instant,
    deadline: Instant,
    progress: &UnboundedSender<Progress>,
) -> End {
    let watched = Watched {
        index: input.index,
        key: object.key.clone(),
        app_id: input.app_id.clone(),
        component: object.component.clone(),
        applied: applied.clone(),
        requests: requests::of_workload(&object.body),
        fail_when_unschedulable: input.fail_when_unschedulable,
        try_anew: !applied.changed && !input.goes_on,
        started,
        deadline,
    };
    match until_ready(shared, &watched, changes, progress).await {
        Outcome::Ready => End::Done,
        Outcome::Failed(cause, evidence) => End::Failed(cause, evidence),
        Outcome::TimedOut(cause, evidence) => {
            End::TimedOut(out_of_time(&input.job, cause), evidence)
        }
    }
}

fn out_of_time(job: &PlannedJob, cause: Cause) -> Cause {
    let message = format!(
        "{} was not ready within {} s: {}",
        job.key,
        job.timeout.as_secs(),
        cause.message
    );
    let remedy = if cause.remedy.is_empty() || cause.remedy == "wait" {
        "give it more time with policies.timeout or the step's timeout, or look at kubemin logs"
            .to_owned()
    } else {
        cause.remedy
    };
    Cause {
        message,
        remedy,
        ..cause
    }
}

fn refused(input: &JobInput, fault: ClusterError) -> End {
    let cause = match fault {
        ClusterError::Refused {
            reason, message, ..
        } => Cause {
            remedy: remedy_of_refusal(&reason).to_owned(),
            message: format!("the API server refuses {}: {message}", input.job.key),
            reason,
            ..Cause::default()
        },
        ClusterError::Conflict { message, .. } => Cause {
            reason: "Conflict".to_owned(),
            message: format!(
                "{} was changed by somebody else at the same time: {message}",
                input.job.key
            ),
            remedy: "apply again".to_owned(),
            ..Cause::default()
        },
        ClusterError::Unavailable(message) => {
            let cause = Cause {
                reason: "ClusterUnavailable".to_owned(),
                message: format!("the API server did not answer: {message}"),
                remedy: "check the cluster (kubemin doctor), then retry the task".to_owned(),
                ..Cause::default()
            };
            return End::TimedOut(cause, Evidence::default());
        }
    };
    End::Failed(cause, Evidence::default())
}

fn remedy_of_refusal(reason: &str) -> &'static str {
    match reason {
        "QuotaExceeded" => "ask for less, or have the namespace's ResourceQuota raised",
        "AdmissionRefused" => "change what the message names, or ask who runs the cluster's policy",
        "Forbidden" => "give the server the right it lacks (kubemin doctor lists them)",
        "NamespaceMissing" => "create the namespace, or name another one in the application",
        _ => "change what the message names and apply again",
    }
}
