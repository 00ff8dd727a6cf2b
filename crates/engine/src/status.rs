//! Writes component status from the watch: one row per component, as soon as a change arrives (seed 000, 状态同步流程).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use kubemin_objects::{Kind, ObjectKey, PodState, WorkloadState};
use kubemin_ports::{ApplicationFilter, Change, ComponentRow};
use kubemin_workflow::diagnosis::{Evidence, Question, Requests, Verdict, judge};
use kubemin_workflow::readiness::{Status, status};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{sleep, timeout};
use tracing::warn;

use crate::engine::Shared;
use crate::record::sentence;

/// Rows written last, so that a change that tells nothing new costs no write. Whoever writes rows holds it locked from
/// looking at the watch until the write has ended: an older look must not go over a newer one.
pub(crate) type Known = HashMap<(String, String), ComponentRow>;

/// Reason of a component whose object was deleted by somebody.
const GONE: &str = "Gone";
/// How often everything is compared, whatever the watch said.
const RECONCILE_EVERY: Duration = Duration::from_secs(300);
/// Pause after the database did not answer.
const RETRY: Duration = Duration::from_millis(500);
const SYNC_POLL: Duration = Duration::from_millis(20);
const PAGE: usize = 200;

/// Keeps rows true until the engine stops.
pub(crate) async fn run(shared: Arc<Shared>) {
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = while_it_is_ours(&shared) => {}
    }
}

/// Of several replicas only the leader writes (app-plane §5).
async fn while_it_is_ours(shared: &Shared) {
    if shared.replicas.is_none() {
        return follow(shared, shared.cluster.changes()).await;
    }
    let mut standing = shared.standing.subscribe();
    loop {
        if standing.wait_for(|now| now.role.dispatches).await.is_err() {
            return;
        }
        tokio::select! {
            () = lead(shared) => {}
            _ = standing.wait_for(|now| !now.role.dispatches) => {}
        }
    }
}

/// Begins a term, so that whoever led before and does not know yet is refused, and writes for as long as it lasts.
async fn lead(shared: &Shared) {
    match shared.store.take_lead().await {
        Ok(term) => shared.set_term(term),
        Err(fault) => {
            warn!(%fault, "the database does not answer the new leader; trying again");
            return sleep(RETRY).await;
        }
    }
    follow(shared, shared.cluster.changes()).await;
}

async fn follow(shared: &Shared, mut changes: Receiver<Change>) {
    while !shared.cluster.synced() {
        sleep(SYNC_POLL).await;
    }
    loop {
        reconcile(shared).await;
        // Falls through after the interval, or when changes were missed: then everything is compared.
        let _ = timeout(RECONCILE_EVERY, serve(shared, &mut changes)).await;
    }
}

async fn serve(shared: &Shared, changes: &mut Receiver<Change>) {
    loop {
        let mut seen = HashSet::new();
        match changes.recv().await {
            Ok(change) => seen.insert((change.app_id, change.component)),
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => futures::future::pending().await,
        };
        loop {
            match changes.try_recv() {
                Ok(change) => seen.insert((change.app_id, change.component)),
                Err(TryRecvError::Lagged(_)) => return,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            };
        }
        update(shared, seen).await;
    }
}

async fn update(shared: &Shared, seen: HashSet<(String, String)>) {
    let mut known = shared.known.lock().await;
    let mut rows = Vec::new();
    for (app_id, component) in seen {
        if let Some(row) = observe(shared, &app_id, &component, &mut known).await {
            rows.push(row);
        }
    }
    write(shared, rows, &mut known).await;
}

async fn write(shared: &Shared, rows: Vec<ComponentRow>, known: &mut Known) {
    if rows.is_empty() {
        return;
    }
    let stored = match shared.term() {
        None => shared.store.put_components(&rows).await,
        Some(term) => shared.store.put_components_leading(term, &rows).await,
    };
    if let Err(fault) = stored {
        warn!(%fault, "component status could not be stored; the next comparison mends it");
        return;
    }
    let apps: HashSet<String> = rows.iter().map(|row| row.app_id.clone()).collect();
    for row in rows {
        known.insert((row.app_id.clone(), row.name.clone()), row);
    }
    for app_id in apps {
        shared.announce("", &app_id);
    }
}

/// The row as the watch has it, when it differs from the one that is stored.
pub(crate) async fn observe(
    shared: &Shared,
    app_id: &str,
    component: &str,
    known: &mut Known,
) -> Option<ComponentRow> {
    let place = (app_id.to_owned(), component.to_owned());
    let written = known.get(&place);
    if written.is_some_and(|row| row.status != Status::Failed && seen(shared, row).is_none()) {
        return None;
    }
    // A task writes rows too, and its words about a failure count.
    learn(shared, app_id, known).await;
    let row = seen(shared, known.get(&place)?)?;
    Some(ComponentRow {
        updated_ms: shared.now_ms(),
        ..row
    })
}

/// The row by the watch; `None` when it tells nothing new.
fn seen(shared: &Shared, before: &ComponentRow) -> Option<ComponentRow> {
    let found = shared
        .cluster
        .workloads(&before.app_id)
        .into_iter()
        .find(|(_, state)| state.component == before.name);
    let row = match found {
        Some((key, state)) => present(shared, before, &key, &state),
        None => gone(before)?,
    };
    (row != *before).then_some(row)
}

async fn learn(shared: &Shared, app_id: &str, known: &mut Known) {
    if let Ok(rows) = shared.store.components(app_id).await {
        known.extend(
            rows.into_iter()
                .map(|row| ((row.app_id.clone(), row.name.clone()), row)),
        );
    }
}

fn present(
    shared: &Shared,
    before: &ComponentRow,
    key: &ObjectKey,
    state: &WorkloadState,
) -> ComponentRow {
    let namespace = key.namespace.as_deref().unwrap_or_default();
    let pods = shared.cluster.pods(namespace, &before.app_id, &before.name);
    let before = ComponentRow {
        replicas: state.replicas,
        ready_replicas: state.ready,
        ..before.clone()
    };
    let verdict = verdict(key.kind, state, &pods);
    if still_holds(&before, &verdict) {
        return before;
    }
    let (failed, cause) = match verdict {
        Verdict::Ready => (false, None),
        Verdict::Waiting(cause) => (false, Some(cause)),
        Verdict::Failed(cause) => (true, Some(cause)),
    };
    let status = if failed {
        Status::Failed
    } else {
        status(key.kind, Some(state))
    };
    ComponentRow {
        status,
        message: cause.as_ref().map(sentence).unwrap_or_default(),
        reason: cause.map(|cause| cause.reason).unwrap_or_default(),
        ..before
    }
}

fn verdict(kind: Kind, state: &WorkloadState, pods: &[PodState]) -> Verdict {
    let requests = Requests::new();
    let question = Question {
        kind,
        generation: 0,
        waited_ms: 0,
        requests: &requests,
        fail_when_unschedulable: false,
    };
    judge(&question, Some(state), pods, &Evidence::default())
}

/// Whether the stored cause of a failure is better than what pods alone tell. A task's words hold log lines, answers
/// of probes and what events say; a container that is started once more is no recovery. They hold until the workload
/// is ready, until it fails in another way, or until the next task begins.
fn still_holds(before: &ComponentRow, verdict: &Verdict) -> bool {
    if before.status != Status::Failed || before.reason == GONE {
        return false;
    }
    match verdict {
        Verdict::Ready => false,
        Verdict::Waiting(_) => true,
        Verdict::Failed(cause) if cause.reason == before.reason => true,
        // Without events, a container that its probe had stopped looks like one that ended by itself.
        Verdict::Failed(cause) => {
            cause.reason == "CrashLoop" && before.reason.ends_with("ProbeFailed")
        }
    }
}

/// A workload that is not there any more; configuration is never watched.
fn gone(before: &ComponentRow) -> Option<ComponentRow> {
    let watched = matches!(
        before.kind.as_str(),
        "webservice" | "statefulservice" | "job"
    );
    let was_there = before.status != Status::Pending && before.status != Status::Unknown;
    (watched && was_there).then(|| ComponentRow {
        status: Status::Failed,
        ready_replicas: 0,
        reason: GONE.to_owned(),
        message: "the object is no longer in the cluster. What to do: apply the application again"
            .to_owned(),
        ..before.clone()
    })
}

/// Compares every component with the watch: the only cure for what was missed.
async fn reconcile(shared: &Shared) {
    let mut filter = ApplicationFilter {
        limit: PAGE,
        ..ApplicationFilter::default()
    };
    shared.known.lock().await.clear();
    loop {
        let Ok(page) = shared.store.applications(&filter).await else {
            return;
        };
        for app in page.items {
            let names = app
                .document
                .components
                .iter()
                .map(|component| (app.id.clone(), component.name.clone()));
            update(shared, names.collect()).await;
        }
        match page.next {
            Some(next) => filter.cursor = Some(next),
            None => return,
        }
    }
}
