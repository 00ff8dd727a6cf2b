//! Documents, tasks and jobs for the contract.

use std::sync::Arc;

use kubemin_model::Application;
use kubemin_objects::{Kind, ObjectKey};
use kubemin_ports::store::StoredRevision;
use kubemin_ports::task::TaskOptions;
use kubemin_ports::{JobRow, NewRevision, NewTask, Store, TaskPatch, TaskRow};
use kubemin_workflow::plan::{JobAction, Plan, PlannedJob, PlannedStep};
use kubemin_workflow::{JobState, TaskState};
use serde_json::json;

pub type Database = Arc<dyn Store>;

/// An application with a service `backend`, a database `mysql` and a secret `passwords`.
pub fn document(name: &str, image: &str) -> Application {
    serde_json::from_value(json!({
        "id": name,
        "name": name,
        "namespace": "shop",
        "alias": "Web Shop",
        "project": "Retail_2",
        "description": "sells 100% things",
        "components": [
            {"name": "backend", "type": "webservice", "image": image, "replicas": 2,
             "traits": {"scaling": {"min": 1, "max": 3, "behavior": {"scaleUp": {"b": 1, "a": 2}}}}},
            {"name": "passwords", "type": "secret", "properties": {"secret": {"root": "s3cr3t", "user": ""}}},
            {"name": "mysql", "type": "statefulservice", "image": "mysql:8"}
        ]
    }))
    .unwrap()
}

pub fn revision(name: &str, image: &str) -> NewRevision {
    NewRevision {
        app_id: name.to_owned(),
        name: name.to_owned(),
        namespace: "shop".to_owned(),
        document: document(name, image),
        cause: "apply".to_owned(),
        expected: None,
        stopped: None,
        task: None,
        idempotency: None,
    }
}

pub fn with_task(name: &str, image: &str, task: &str) -> NewRevision {
    NewRevision {
        task: Some(new_task(task)),
        ..revision(name, image)
    }
}

pub fn new_task(id: &str) -> NewTask {
    NewTask {
        id: id.to_owned(),
        ..NewTask::default()
    }
}

pub fn adopting(id: &str) -> NewTask {
    NewTask {
        options: TaskOptions {
            adopt: true,
            ..TaskOptions::default()
        },
        ..new_task(id)
    }
}

/// Stores `name` with image `one` and a task.
pub async fn deploy(store: &Database, name: &str, task: &str) -> StoredRevision {
    store
        .put_revision(with_task(name, "one", task))
        .await
        .unwrap()
}

pub async fn claim(store: &Database, task: &str) -> TaskRow {
    let claimed = store.claim(task, "me", &[TaskState::Waiting]).await;
    claimed.unwrap().expect("the task is free")
}

/// Claims a task and brings it to `Running`.
pub async fn start(store: &Database, task: &str) -> TaskRow {
    let claimed = claim(store, task).await;
    let patch = TaskPatch {
        started_ms: Some(77),
        ..to(TaskState::Running)
    };
    store.record(task, claimed.fence, patch).await.unwrap();
    claimed
}

/// Claims, starts and ends a task.
pub async fn run(store: &Database, task: &str, end: TaskState) {
    let fence = start(store, task).await.fence;
    store.record(task, fence, to(end)).await.unwrap();
}

pub fn to(state: TaskState) -> TaskPatch {
    TaskPatch {
        state: Some(state),
        ..TaskPatch::default()
    }
}

pub fn key(kind: Kind, name: &str) -> ObjectKey {
    ObjectKey {
        kind,
        namespace: Some("shop".to_owned()),
        name: name.to_owned(),
    }
}

pub fn plan(jobs: usize) -> Plan {
    let job = |index: usize| PlannedJob {
        step: 0,
        wave: index,
        component: "backend".to_owned(),
        key: key(Kind::Deployment, &format!("backend-{index}")),
        priority: 10,
        action: JobAction::Apply,
        timeout: std::time::Duration::from_millis(60_500),
        waits_for: vec!["mysql".to_owned()],
    };
    Plan {
        steps: vec![PlannedStep {
            name: "services".to_owned(),
            mode: kubemin_model::Mode::Dag,
            after: vec![],
        }],
        jobs: (0..jobs).map(job).collect(),
        derived: true,
    }
}

pub fn job(index: usize, state: JobState) -> JobRow {
    JobRow {
        index,
        step: 0,
        component: "backend".to_owned(),
        kind: Kind::Deployment,
        name: format!("backend-{index}"),
        priority: 10,
        action: JobAction::Delete,
        state,
        reason: "CrashLoop".to_owned(),
        message: "it's \"broken\" 中文".to_owned(),
        changed: true,
        queued_ms: 1,
        started_ms: 2,
        finished_ms: 3,
        attempt: 4,
    }
}
