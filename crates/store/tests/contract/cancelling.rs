//! Asking for a task's end.

use kubemin_ports::{StoreError, TaskPatch};
use kubemin_workflow::TaskState;

use crate::fixtures::*;

pub async fn a_waiting_task_ends_at_once(store: Database) {
    deploy(&store, "shop", "t1").await;
    let state = store.request_cancel("t1", "User").await.unwrap();
    assert_eq!(state, TaskState::Cancelled);
    let task = store.task("t1").await.unwrap();
    assert_eq!(
        (task.state, task.reason.as_str()),
        (TaskState::Cancelled, "User")
    );
    assert!(task.cancel_requested && task.finished_ms > 0);
    assert_eq!(
        store
            .claim("t1", "me", &[TaskState::Waiting])
            .await
            .unwrap(),
        None
    );
}

pub async fn a_running_task_is_told_at_its_next_record(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = start(&store, "t1").await.fence;
    assert!(
        !store
            .record("t1", fence, TaskPatch::default())
            .await
            .unwrap()
    );
    let state = store.request_cancel("t1", "User").await.unwrap();
    assert_eq!(state, TaskState::Running);
    assert!(store.task("t1").await.unwrap().cancel_requested);
    assert!(
        store
            .record("t1", fence, TaskPatch::default())
            .await
            .unwrap()
    );
}

pub async fn a_requested_end_gives_its_reason_to_the_cancelled_state(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = start(&store, "t1").await.fence;
    store.request_cancel("t1", "User").await.unwrap();
    store.request_cancel("t1", "Second").await.unwrap();
    store
        .record("t1", fence, to(TaskState::Cancelled))
        .await
        .unwrap();
    assert_eq!(store.task("t1").await.unwrap().reason, "User");
}

pub async fn an_ended_task_cannot_be_cancelled(store: Database) {
    deploy(&store, "shop", "t1").await;
    run(&store, "t1", TaskState::Completed).await;
    let error = store.request_cancel("t1", "User").await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(text) if text.contains("completed")));
    assert_eq!(store.task("t1").await.unwrap().state, TaskState::Completed);
}
