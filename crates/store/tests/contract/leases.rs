//! How long a taken task stays taken.

use std::time::{Duration, Instant};

use kubemin_ports::{HeldTask, StoreError};
use kubemin_workflow::TaskState;

use crate::fixtures::*;

fn held(task: &str, fence: i64) -> HeldTask {
    HeldTask {
        task_id: task.to_owned(),
        fence,
    }
}

async fn expired(store: &Database) -> Vec<String> {
    let tasks = store.expired(10).await.unwrap();
    tasks.into_iter().map(|task| task.task_id).collect()
}

async fn until_expired(store: &Database, task: &str) {
    let end = Instant::now() + Duration::from_secs(20);
    while !expired(store).await.iter().any(|id| id == task) {
        assert!(Instant::now() < end, "the lease of {task} is not over");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn a_taken_task_expires_unless_it_is_renewed(store: Database) {
    deploy(&store, "shop", "t1").await;
    deploy(&store, "blog", "t2").await;
    let fence = start(&store, "t1").await.fence;
    claim(&store, "t2").await;
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let renewed = store.renew("me", &[held("t1", fence)]).await.unwrap();
        assert_eq!(renewed.len(), 1);
        let over = expired(&store).await;
        assert!(!over.contains(&"t1".to_owned()));
        if over == ["t2"] {
            break;
        }
        assert!(Instant::now() < end, "the lease of t2 is not over");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let task = &store.expired(10).await.unwrap()[0];
    assert_eq!(
        (task.app_id.as_str(), task.owner.as_str(), task.fence),
        ("blog", "me", 1)
    );
}

pub async fn a_renewal_answers_what_is_still_held(store: Database) {
    for (name, task) in [("a", "t1"), ("b", "t2"), ("c", "t3"), ("d", "t4")] {
        deploy(&store, name, task).await;
        start(&store, task).await;
    }
    store.request_cancel("t2", "User").await.unwrap();
    store
        .record("t3", 1, to(TaskState::Completed))
        .await
        .unwrap();
    let all = [
        held("t1", 1),
        held("t2", 1),
        held("t3", 1),
        held("t4", 9),
        held("no", 1),
    ];
    let mut renewed = store.renew("me", &all).await.unwrap();
    renewed.sort_by(|a, b| a.task_id.cmp(&b.task_id));
    let renewed: Vec<_> = renewed
        .iter()
        .map(|task| (task.task_id.as_str(), task.cancel_requested))
        .collect();
    assert_eq!(renewed, [("t1", false), ("t2", true)]);
    assert!(store.renew("other", &all).await.unwrap().is_empty());
    assert!(store.renew("me", &[]).await.unwrap().is_empty());
}

pub async fn a_released_task_waits_again_and_its_owner_is_fenced(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = start(&store, "t1").await.fence;
    assert!(!store.release("t1", fence + 1).await.unwrap());
    assert!(store.release("t1", fence).await.unwrap());
    assert!(!store.release("t1", fence).await.unwrap());
    let task = store.task("t1").await.unwrap();
    assert_eq!((task.state, task.owner.as_str()), (TaskState::Waiting, ""));
    let refused = store.record("t1", fence, to(TaskState::Completed)).await;
    assert_eq!(refused.unwrap_err(), StoreError::Fenced("t1".to_owned()));
    let again = claim(&store, "t1").await;
    assert_eq!((again.fence, again.attempt), (fence + 2, 2));
}

pub async fn only_an_expired_task_is_reclaimed(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = start(&store, "t1").await.fence;
    assert!(!store.reclaim("t1", fence).await.unwrap());
    until_expired(&store, "t1").await;
    assert!(!store.reclaim("t1", fence + 1).await.unwrap());
    assert!(store.reclaim("t1", fence).await.unwrap());
    assert!(!store.reclaim("t1", fence).await.unwrap());
    assert!(
        store
            .renew("me", &[held("t1", fence)])
            .await
            .unwrap()
            .is_empty()
    );
    let refused = store.record("t1", fence, to(TaskState::Completed)).await;
    assert_eq!(refused.unwrap_err(), StoreError::Fenced("t1".to_owned()));
    assert_eq!(store.waiting_tasks(10).await.unwrap()[0].id, "t1");
    assert_eq!(claim(&store, "t1").await.attempt, 2);
}

pub async fn tasks_that_wait_or_have_ended_have_no_lease(store: Database) {
    deploy(&store, "waiting", "t1").await;
    deploy(&store, "ended", "t2").await;
    run(&store, "t2", TaskState::Failed).await;
    deploy(&store, "suspended", "t3").await;
    let fence = start(&store, "t3").await.fence;
    store
        .record("t3", fence, to(TaskState::Suspended))
        .await
        .unwrap();
    deploy(&store, "last", "t4").await;
    claim(&store, "t4").await;
    until_expired(&store, "t4").await;
    assert_eq!(expired(&store).await, ["t4"]);
}
