//! Removing applications.

use kubemin_objects::Kind;
use kubemin_ports::task::{DeleteRequest, TaskOptions};
use kubemin_ports::{EventRow, NewTask, TaskPatch};
use kubemin_workflow::readiness::Status;
use kubemin_workflow::{JobState, TaskState};

use crate::fixtures::*;

fn deletion(id: &str) -> NewTask {
    NewTask {
        options: TaskOptions {
            delete: Some(DeleteRequest { purge_data: true }),
            ..TaskOptions::default()
        },
        ..new_task(id)
    }
}

/// A deployed application whose deletion is under way. Answers the deletion's fence.
async fn deleting(store: &Database) -> i64 {
    deploy(store, "shop", "t1").await;
    let fence = start(store, "t1").await.fence;
    let patch = TaskPatch {
        plan: Some(plan(1)),
        jobs: vec![job(0, JobState::Completed)],
        inventory: Some(vec![(
            key(Kind::Deployment, "backend"),
            "backend".to_owned(),
        )]),
        ..to(TaskState::Completed)
    };
    store.record("t1", fence, patch).await.unwrap();
    let event = EventRow {
        app_id: "shop".to_owned(),
        ..EventRow::default()
    };
    store.add_events(&[event]).await.unwrap();
    store.add_task("shop", deletion("t2")).await.unwrap();
    start(store, "t2").await.fence
}

pub async fn everything_goes_but_the_deletion(store: Database) {
    let fence = deleting(&store).await;
    store.remove_application("shop").await.unwrap();
    store
        .record("t2", fence, to(TaskState::Completed))
        .await
        .unwrap();
    assert!(store.application("shop").await.is_err());
    assert!(store.task("t1").await.is_err());
    assert!(store.revisions("shop").await.unwrap().is_empty());
    assert!(store.components("shop").await.unwrap().is_empty());
    assert!(store.events("shop", 0, 10).await.unwrap().is_empty());
    assert!(
        store
            .users_of(&key(Kind::Deployment, "backend"))
            .await
            .unwrap()
            .is_empty()
    );
    let record = store.latest_task("shop").await.unwrap().unwrap();
    assert_eq!(
        (record.id.as_str(), record.state),
        ("t2", TaskState::Completed)
    );
    assert!(record.options.delete.unwrap().purge_data);
}

pub async fn removing_twice_is_no_error(store: Database) {
    deleting(&store).await;
    store.remove_application("shop").await.unwrap();
    store.remove_application("shop").await.unwrap();
}

pub async fn an_application_made_again_starts_at_revision_1(store: Database) {
    let fence = deleting(&store).await;
    store.remove_application("shop").await.unwrap();
    store
        .record("t2", fence, to(TaskState::Completed))
        .await
        .unwrap();
    let stored = deploy(&store, "shop", "t3").await;
    assert_eq!((stored.revision, stored.changed), (1, true));
    assert_eq!(store.latest_task("shop").await.unwrap().unwrap().id, "t3");
    assert_eq!(
        store.revisions("shop").await.unwrap()[0].task_state,
        "waiting"
    );
}

pub async fn a_deployment_asked_for_after_the_deletion_survives_it(store: Database) {
    let fence = deleting(&store).await;
    deploy(&store, "shop", "t3").await;
    assert_eq!(
        store
            .claim("t3", "me", &[TaskState::Waiting])
            .await
            .unwrap(),
        None
    );
    store.remove_application("shop").await.unwrap();
    store
        .record("t2", fence, to(TaskState::Completed))
        .await
        .unwrap();
    let row = store.application("shop").await.unwrap();
    assert!(row.inventory.is_empty());
    let components = store.components("shop").await.unwrap();
    assert!(components.iter().all(|c| c.status == Status::Pending));
    claim(&store, "t3").await;
}
