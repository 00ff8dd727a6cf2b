//! Alive, ready, figures.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use kubemin_api_types::{Dependency, Health, Readiness};
use kubemin_workflow::TaskState;
use tokio::time::timeout;

use crate::state::{AppState, Core};

/// Longest wait for a dependency.
const PATIENCE: Duration = Duration::from_secs(2);
/// Tasks counted at the most.
const COUNTED: usize = 10_000;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Json<Health> {
    Json(Health {
        status: "healthy".to_owned(),
    })
}

/// `GET /readyz`: which dependency does not answer.
pub(crate) async fn ready(State(state): State<AppState>) -> Response {
    let checks = checks(&state).await;
    let missing = |name: &str| {
        checks
            .iter()
            .any(|check| check.name == name && !check.ready)
    };
    let (status, word) = if missing("database") || missing("cluster") {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    } else if checks.iter().any(|check| !check.ready) {
        // Requests are served without queue and Lease; taking every replica out of service would mend neither.
        (StatusCode::OK, "degraded")
    } else {
        (StatusCode::OK, "ready")
    };
    (
        status,
        Json(Readiness {
            status: word.to_owned(),
            role: role(&state).to_owned(),
            checks,
        }),
    )
        .into_response()
}

async fn checks(state: &AppState) -> Vec<Dependency> {
    let Some(core) = state.core() else {
        return ["database", "cluster"]
            .map(|name| dependency(name, Err("starting".to_owned())))
            .into();
    };
    let (database, cluster) = tokio::join!(database(core), cluster(core));
    let mut checks = vec![
        dependency("database", database),
        dependency("cluster", cluster),
    ];
    if core.engine.is_shared() {
        let standing = core.engine.standing().borrow().clone();
        checks.push(dependency("queue", well(standing.broker_fault)));
        checks.push(dependency("lease", well(standing.lease_fault)));
    }
    checks
}

fn well(fault: String) -> Result<(), String> {
    match fault.is_empty() {
        true => Ok(()),
        false => Err(fault),
    }
}

/// What this replica does: `alone`, `leader`, `worker` or `standby`.
fn role(state: &AppState) -> &'static str {
    let Some(engine) = state.core().map(|core| &core.engine) else {
        return "";
    };
    if !engine.is_shared() {
        return "alone";
    }
    let role = engine.standing().borrow().role;
    match (role.dispatches, role.executes) {
        (true, _) => "leader",
        (false, true) => "worker",
        (false, false) => "standby",
    }
}

async fn database(core: &Core) -> Result<(), String> {
    match timeout(PATIENCE, core.store.ping()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err("does not answer".to_owned()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

async fn cluster(core: &Core) -> Result<(), String> {
    match timeout(PATIENCE, core.cluster.version()).await {
        Ok(Ok(_)) if core.cluster.synced() => Ok(()),
        Ok(Ok(_)) => Err("reading its objects for the first time".to_owned()),
        Ok(Err(fault)) => Err(fault.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

fn dependency(name: &str, state: Result<(), String>) -> Dependency {
    Dependency {
        name: name.to_owned(),
        ready: state.is_ok(),
        message: state.err().unwrap_or_default(),
    }
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(state): State<AppState>) -> Response {
    if let Some(core) = state.core() {
        for task_state in [TaskState::Waiting, TaskState::Queued, TaskState::Running] {
            if let Ok(tasks) = core.store.tasks_in(&[task_state], COUNTED).await {
                state.metrics().tasks(task_state.as_str(), tasks.len());
            }
        }
        state.metrics().ready("cluster", core.cluster.synced());
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], state.metrics().text()).into_response()
}
