//! Removing the past.

use kubemin_ports::task::{DeleteRequest, TaskOptions};
use kubemin_ports::{EventRow, NewTask, Retention, TaskPatch};
use kubemin_workflow::{JobState, TaskState};

use crate::fixtures::*;

const TWO: Retention = Retention {
    revisions: 2,
    tasks: 2,
};

/// Deploys `count` documents, one after another, with an event each: revisions 1…count, tasks t1…tcount.
async fn deployed(store: &Database, name: &str, count: usize, end: TaskState) {
    for number in 1..=count {
        let task = format!("{name}-t{number}");
        let new = with_task(name, &format!("image-{number}"), &task);
        store.put_revision(new).await.unwrap();
        let fence = start(store, &task).await.fence;
        let patch = TaskPatch {
            plan: Some(plan(1)),
            jobs: vec![job(0, JobState::Completed)],
            ..to(end)
        };
        store.record(&task, fence, patch).await.unwrap();
        let event = EventRow {
            app_id: name.to_owned(),
            task_id: task,
            ..EventRow::default()
        };
        store.add_events(&[event]).await.unwrap();
    }
}

/// Prunes until nothing is left to remove; answers what went.
async fn pruned(store: &Database, name: &str, keep: Retention) -> usize {
    let mut all = 0;
    for _ in 0..100 {
        match store.prune(name, keep).await.unwrap() {
            0 => return all,
            gone => all += gone,
        }
    }
    panic!("there is no end");
}

async fn tasks(store: &Database, name: &str) -> Vec<String> {
    let rows = store.tasks(name, 1000).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn revisions(store: &Database, name: &str) -> Vec<i64> {
    let rows = store.revisions(name).await.unwrap();
    rows.into_iter().map(|row| row.revision).collect()
}

pub async fn the_newest_tasks_and_revisions_stay_and_events_go_with_their_task(store: Database) {
    deployed(&store, "shop", 5, TaskState::Completed).await;
    deployed(&store, "other", 2, TaskState::Completed).await;
    assert_eq!(store.overdue(TWO).await.unwrap(), ["shop"]);
    assert_eq!(pruned(&store, "shop", TWO).await, 6);
    assert_eq!(tasks(&store, "shop").await, ["shop-t5", "shop-t4"]);
    assert_eq!(revisions(&store, "shop").await, [5, 4]);
    assert!(store.task("shop-t3").await.is_err());
    assert_eq!(store.task("shop-t4").await.unwrap().jobs.len(), 1);
    let events = store.events("shop", 0, 100).await.unwrap();
    let of: Vec<_> = events.iter().map(|event| event.task_id.as_str()).collect();
    assert_eq!(of, ["shop-t4", "shop-t5"]);
    assert_eq!(store.overdue(TWO).await.unwrap(), [""; 0]);
    assert_eq!(tasks(&store, "other").await.len(), 2);
    assert_eq!(store.events("other", 0, 100).await.unwrap().len(), 2);
}

pub async fn what_runs_and_what_has_not_ended_stays_however_old(store: Database) {
    deployed(&store, "shop", 3, TaskState::Completed).await;
    for number in 4..=6 {
        let task = format!("shop-t{number}");
        let new = with_task("shop", &format!("image-{number}"), &task);
        store.put_revision(new).await.unwrap();
        run(&store, &task, TaskState::Failed).await;
    }
    let waiting = with_task("shop", "image-7", "shop-t7");
    store.put_revision(waiting).await.unwrap();
    start(&store, "shop-t7").await;
    for number in 8..=10 {
        store
            .put_revision(revision("shop", &format!("image-{number}")))
            .await
            .unwrap();
    }
    pruned(&store, "shop", TWO).await;
    assert_eq!(
        tasks(&store, "shop").await,
        ["shop-t7", "shop-t6", "shop-t5", "shop-t3", "shop-t2"],
        "under way, the newest two finished ones, what runs, what a rollback goes back to"
    );
    assert_eq!(revisions(&store, "shop").await, [10, 9, 7, 3, 2]);
    assert_eq!(
        store.revision("shop", 7).await.unwrap().document,
        document("shop", "image-7")
    );
}

pub async fn zero_keeps_everything(store: Database) {
    deployed(&store, "shop", 4, TaskState::Completed).await;
    let all = Retention {
        revisions: 0,
        tasks: 0,
    };
    assert!(all.keeps_everything());
    assert_eq!(store.overdue(all).await.unwrap(), [""; 0]);
    assert_eq!(store.prune("shop", all).await.unwrap(), 0);
    let tasks_only = Retention {
        revisions: 0,
        tasks: 1,
    };
    assert_eq!(pruned(&store, "shop", tasks_only).await, 2);
    assert_eq!(revisions(&store, "shop").await, [4, 3, 2, 1]);
}

pub async fn one_call_removes_a_few_and_the_newest_revision_stays_readable(store: Database) {
    deployed(&store, "shop", 60, TaskState::Completed).await;
    let one = Retention {
        revisions: 1,
        tasks: 1,
    };
    // The last two completed deployments stay, whatever the limits are.
    let first = store.prune("shop", one).await.unwrap();
    assert!(first <= 40, "{first} rows in one transaction");
    assert_eq!(first + pruned(&store, "shop", one).await, 116);
    let row = store.application("shop").await.unwrap();
    assert_eq!(
        (row.revision, row.document),
        (60, document("shop", "image-60"))
    );
    let next = store
        .put_revision(revision("shop", "image-61"))
        .await
        .unwrap();
    assert_eq!(next.revision, 61);
}

pub async fn records_of_deletions_are_counted_over_all_applications_that_are_gone(store: Database) {
    deployed(&store, "stays", 1, TaskState::Completed).await;
    for number in 1..=5 {
        let name = format!("gone-{number}");
        deployed(&store, &name, 1, TaskState::Completed).await;
        let deletion = NewTask {
            options: TaskOptions {
                delete: Some(DeleteRequest::default()),
                ..TaskOptions::default()
            },
            ..new_task(&format!("delete-{number}"))
        };
        store.add_task(&name, deletion).await.unwrap();
        let fence = start(&store, &format!("delete-{number}")).await.fence;
        store.remove_application(&name).await.unwrap();
        let id = format!("delete-{number}");
        store
            .record(&id, fence, to(TaskState::Completed))
            .await
            .unwrap();
    }
    let mut gone = 0;
    while let removed @ 1.. = store.prune_gone(TWO).await.unwrap() {
        gone += removed;
    }
    assert_eq!(gone, 3);
    let mut left = 0;
    for number in 1..=5 {
        left += usize::from(store.task(&format!("delete-{number}")).await.is_ok());
    }
    assert_eq!(left, 2);
    assert_eq!(tasks(&store, "stays").await.len(), 1);
}
