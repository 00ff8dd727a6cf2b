//! A process killed in the middle of its writes loses nothing it was told is stored, and leaves nothing half written.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use kubemin_model::Application;
use kubemin_objects::{Kind, ObjectKey};
use kubemin_ports::{ApplicationRow, JobRow, NewRevision, NewTask, Store, TaskPatch, TaskRow};
use kubemin_store::{OpenError, Options, SqlStore};
use kubemin_workflow::plan::JobAction;
use kubemin_workflow::{JobState, TaskState};
use serde_json::json;

const FOLDER: &str = "KUBEMIN_STORE_CRASH_FOLDER";
const APPLICATIONS: usize = 3;

/// The other process: not a test unless it is given a folder.
#[tokio::test(flavor = "multi_thread")]
async fn writes_until_killed() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let store = SqlStore::open(Options::in_folder(folder)).await.unwrap();
    let store = std::sync::Arc::new(store);
    let writers = (0..APPLICATIONS).map(|n| tokio::spawn(write(store.clone(), format!("app{n}"))));
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

/// Deploys one revision after another, and says so after each answer of the store.
async fn write(store: std::sync::Arc<SqlStore>, app: String) {
    let from = match store.application(&app).await {
        Ok(row) => row.revision + 1,
        Err(_) => 1,
    };
    for number in from.. {
        let task = format!("{app}-{number}-{}", std::process::id());
        let stored = store
            .put_revision(revision(&app, number, &task))
            .await
            .unwrap();
        println!("stored {app} {} {task}", stored.revision);
        let claimed = store
            .claim(&task, "me", &[TaskState::Waiting])
            .await
            .unwrap();
        let Some(TaskRow { fence, .. }) = claimed else {
            continue; // The task of a killed process is still under way.
        };
        for (task_state, job_state) in [
            (TaskState::Running, JobState::Running),
            (TaskState::Completed, JobState::Completed),
        ] {
            let patch = patch(&app, number, task_state, job_state);
            store.record(&task, fence, patch).await.unwrap();
            println!("{} {app} {number} {task}", task_state.as_str());
        }
    }
}

fn revision(app: &str, number: i64, task: &str) -> NewRevision {
    // The number of components changes, so that a half written revision would show.
    let components: Vec<_> = (0..=number % 4)
        .map(|n| {
            json!({"name": format!("c{n}"), "type": "secret",
            "properties": {"secret": {"number": number.to_string()}}})
        })
        .collect();
    let document: Application =
        serde_json::from_value(json!({"id": app, "name": app, "components": components})).unwrap();
    NewRevision {
        app_id: app.to_owned(),
        name: app.to_owned(),
        namespace: "default".to_owned(),
        document,
        cause: "apply".to_owned(),
        expected: None,
        stopped: None,
        task: Some(NewTask {
            id: task.to_owned(),
            ..NewTask::default()
        }),
        idempotency: Some((task.to_owned(), number.to_string())),
    }
}

fn patch(app: &str, number: i64, state: TaskState, job_state: JobState) -> TaskPatch {
    let job = |index| JobRow {
        index,
        step: 0,
        component: "c0".to_owned(),
        kind: Kind::Secret,
        name: "c0".to_owned(),
        priority: 0,
        action: JobAction::Apply,
        state: job_state,
        reason: String::new(),
        message: String::new(),
        changed: true,
        queued_ms: number,
        started_ms: number,
        finished_ms: number,
        attempt: 1,
    };
    let object = ObjectKey {
        kind: Kind::Secret,
        namespace: None,
        name: format!("{app}-{number}-{}", state.as_str()),
    };
    TaskPatch {
        state: Some(state),
        plan: Some(Default::default()),
        jobs: (0..5).map(job).collect(),
        inventory: Some(vec![(object, "c0".to_owned())]),
        ..TaskPatch::default()
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    for kill_after in [1, 17, 40, 73, 120] {
        acknowledged.extend(run_and_kill(folder.path(), kill_after).await);
        let store = SqlStore::open(Options::in_folder(folder.path()))
            .await
            .unwrap();
        for line in &acknowledged {
            check_acknowledged(&store, line).await;
        }
        for n in 0..APPLICATIONS {
            if let Ok(row) = store.application(&format!("app{n}")).await {
                check_whole(&store, &row).await;
            }
        }
        take_over(&store).await;
        store.close().await;
    }
}

/// Lets another process write, kills it with SIGKILL, answers what it had been told is stored.
async fn run_and_kill(folder: &Path, after: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writes_until_killed", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen = Vec::new();
    let known = ["stored ", "running ", "completed "];
    for line in lines.by_ref().map(Result::unwrap) {
        // The test harness writes its own words before the first line.
        let start = known.iter().filter_map(|word| line.find(word)).min();
        if let Some(start) = start.filter(|_| line.contains(" app")) {
            seen.push(line[start..].to_owned());
        }
        if seen.len() >= after {
            break;
        }
    }
    assert!(seen.len() >= after, "the writer ended early: {seen:?}");
    let held = SqlStore::open(Options::in_folder(folder))
        .await
        .err()
        .unwrap();
    match held {
        OpenError::Locked { pid, .. } => assert_eq!(pid, child.id().to_string()),
        error => panic!("{error}"),
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What was still in the pipe was acknowledged too; the last line may be cut.
    let rest = lines.map_while(Result::ok);
    seen.extend(rest.filter(|line| line.split(' ').count() == 4 && line.contains(" app")));
    seen
}

async fn check_acknowledged(store: &SqlStore, line: &str) {
    let words: Vec<_> = line.split(' ').collect();
    let &[what, app, number, task] = words.as_slice() else {
        panic!("{line}");
    };
    let Ok(stored) = store.task(task).await else {
        // Cut off by the kill, in the middle of the id.
        assert!(!task.ends_with(char::is_numeric), "lost: {line}");
        return;
    };
    assert_eq!(stored.revision, number.parse::<i64>().unwrap(), "{line}");
    store.revision(app, stored.revision).await.unwrap();
    match what {
        "running" => assert!(stored.attempt >= 1, "{line}: {stored:?}"),
        "completed" => assert_eq!(stored.state, TaskState::Completed, "{line}"),
        _ => {}
    }
}

async fn check_whole(store: &SqlStore, row: &ApplicationRow) {
    let revisions = store.revisions(&row.id).await.unwrap();
    let numbers: Vec<_> = revisions.iter().map(|r| r.revision).collect();
    assert_eq!(numbers, (1..=row.revision).rev().collect::<Vec<_>>());
    assert_eq!(revisions[0].document, row.document);
    let components = store.components(&row.id).await.unwrap();
    let names: Vec<_> = components.iter().map(|c| c.name.as_str()).collect();
    let declared: Vec<_> = row
        .document
        .components
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(names, declared);
    let mut under_way = 0;
    for task in store.tasks(&row.id, 10_000).await.unwrap() {
        let task = store.task(&task.id).await.unwrap();
        under_way += usize::from(matches!(task.state, TaskState::Queued | TaskState::Running));
        let expected = match task.state {
            TaskState::Running => Some(JobState::Running),
            TaskState::Completed => Some(JobState::Completed),
            _ => None,
        };
        if let Some(state) = expected {
            assert_eq!(task.jobs.len(), 5, "{task:?}");
            assert!(task.jobs.iter().all(|job| job.state == state), "{task:?}");
        }
    }
    assert!(under_way <= 1, "{under_way} tasks of {} under way", row.id);
}

/// What the next holder of the folder does: takes over what the dead process had.
async fn take_over(store: &SqlStore) {
    let states = [TaskState::Queued, TaskState::Running];
    for (task, _) in store.tasks_in(&states, 100).await.unwrap() {
        let claimed = store.claim(&task, "heir", &states).await.unwrap().unwrap();
        let end = TaskPatch {
            state: Some(TaskState::Failed),
            ..TaskPatch::default()
        };
        store.record(&task, claimed.fence, end).await.unwrap();
    }
}
