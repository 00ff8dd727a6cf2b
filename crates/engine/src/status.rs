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

/// Rows written last, so that a change that tells nothing new costs no write.
type Known = HashMap<(String, String), ComponentRow>;

/// How often everything is compared, whatever the watch said.
const RECONCILE_EVERY: Duration = Duration::from_secs(300);
const SYNC_POLL: Duration = Duration::from_millis(20);
const PAGE: usize = 200;

/// Keeps rows true until the engine stops.
pub(crate) async fn run(shared: Arc<Shared>) {
    let changes = shared.cluster.changes();
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = follow(&shared, changes) => {}
    }
}

async fn follow(shared: &Shared, mut changes: Receiver<Change>) {
    while !shared.cluster.synced() {
        sleep(SYNC_POLL).await;
    }
    let mut known = Known::new();
    loop {
        reconcile(shared, &mut known).await;
        // Falls through after the interval, or when changes were missed: then everything is compared.
        let _ = timeout(RECONCILE_EVERY, serve(shared, &mut changes, &mut known)).await;
    }
}

async fn serve(shared: &Shared, changes: &mut Receiver<Change>, known: &mut Known) {
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
        update(shared, seen, known).await;
    }
}

async fn update(shared: &Shared, seen: HashSet<(String, String)>, known: &mut Known) {
    let mut rows = Vec::new();
    for (app_id, component) in seen {
        if let Some(row) = observe(shared, &app_id, &component, known).await {
            rows.push(row);
        }
    }
    write(shared, rows, known).await;
}

async fn write(shared: &Shared, rows: Vec<ComponentRow>, known: &mut Known) {
    if rows.is_empty() {
        return;
    }
    if let Err(fault) = shared.store.put_components(&rows).await {
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

/// The row as the watch has it, when it differs from the one written last.
async fn observe(
    shared: &Shared,
    app_id: &str,
    component: &str,
    known: &mut Known,
) -> Option<ComponentRow> {
    let place = (app_id.to_owned(), component.to_owned());
    if !known.contains_key(&place) {
        learn(shared, app_id, known).await;
    }
    let before = known.get(&place)?;
    let found = shared
        .cluster
        .workloads(app_id)
        .into_iter()
        .find(|(_, state)| state.component == component);
    let row = match found {
        Some((key, state)) => present(shared, before, &key, &state),
        None => gone(before)?,
    };
    let same = ComponentRow {
        updated_ms: before.updated_ms,
        ..row.clone()
    } == *before;
    (!same).then(|| ComponentRow {
        updated_ms: shared.now_ms(),
        ..row
    })
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
    let (reason, message, failed) = trouble(key.kind, state, &pods);
    // The task's own words about the same cause hold log lines and answers; they stay.
    let message = if reason == before.reason && !before.message.is_empty() {
        before.message.clone()
    } else {
        message
    };
    let status = if failed {
        Status::Failed
    } else {
        status(key.kind, Some(state))
    };
    ComponentRow {
        status,
        replicas: state.replicas,
        ready_replicas: state.ready,
        reason,
        message,
        ..before.clone()
    }
}

fn trouble(kind: Kind, state: &WorkloadState, pods: &[PodState]) -> (String, String, bool) {
    let requests = Requests::new();
    let question = Question {
        kind,
        generation: 0,
        waited_ms: 0,
        requests: &requests,
        fail_when_unschedulable: false,
    };
    match judge(&question, Some(state), pods, &Evidence::default()) {
        Verdict::Ready => (String::new(), String::new(), false),
        Verdict::Waiting(cause) => (cause.reason.clone(), sentence(&cause), false),
        Verdict::Failed(cause) => (cause.reason.clone(), sentence(&cause), true),
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
        reason: "Gone".to_owned(),
        message: "the object is no longer in the cluster. What to do: apply the application again"
            .to_owned(),
        ..before.clone()
    })
}

/// Compares every component with the watch: the only cure for what was missed.
async fn reconcile(shared: &Shared, known: &mut Known) {
    let mut filter = ApplicationFilter {
        limit: PAGE,
        ..ApplicationFilter::default()
    };
    known.clear();
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
            update(shared, names.collect(), known).await;
        }
        match page.next {
            Some(next) => filter.cursor = Some(next),
            None => return,
        }
    }
}
