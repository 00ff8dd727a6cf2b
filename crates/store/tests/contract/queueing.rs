//! Which tasks a request makes (decision 32).

use kubemin_ports::{NewTask, StoreError, TaskPatch};
use kubemin_workflow::TaskState;

use crate::fixtures::*;

pub async fn the_same_revision_asked_for_again_is_the_same_task(store: Database) {
    deploy(&store, "shop", "t1").await;
    let again = deploy(&store, "shop", "t2").await;
    assert_eq!(again.task_id.as_deref(), Some("t1"));
    assert!(!again.changed);
    assert_eq!(store.add_task("shop", new_task("t3")).await.unwrap(), "t1");
}

pub async fn a_running_task_of_the_same_revision_is_returned(store: Database) {
    deploy(&store, "shop", "t1").await;
    start(&store, "t1").await;
    assert_eq!(store.add_task("shop", new_task("t2")).await.unwrap(), "t1");
    store.request_cancel("t1", "User").await.unwrap();
    assert_eq!(store.add_task("shop", new_task("t2")).await.unwrap(), "t2");
}

pub async fn other_options_are_another_task(store: Database) {
    deploy(&store, "shop", "t1").await;
    assert_eq!(store.add_task("shop", adopting("t2")).await.unwrap(), "t2");
    let task = store.task("t2").await.unwrap();
    assert!(task.options.adopt);
    assert_eq!(store.task("t1").await.unwrap().state, TaskState::Waiting);
}

pub async fn a_finished_task_is_followed_by_a_new_one(store: Database) {
    deploy(&store, "shop", "t1").await;
    run(&store, "t1", TaskState::Failed).await;
    let again = deploy(&store, "shop", "t2").await;
    assert_eq!((again.changed, again.revision), (false, 1));
    assert_eq!(again.task_id.as_deref(), Some("t2"));
    run(&store, "t2", TaskState::Completed).await;
    assert_eq!(store.add_task("shop", new_task("t3")).await.unwrap(), "t3");
}

pub async fn a_newer_revision_supersedes_what_has_not_started(store: Database) {
    deploy(&store, "shop", "t1").await;
    store
        .put_revision(with_task("shop", "two", "t2"))
        .await
        .unwrap();
    let old = store.task("t1").await.unwrap();
    assert_eq!(old.state, TaskState::Cancelled);
    assert_eq!(old.reason, "Superseded");
    assert!(!old.message.is_empty() && old.finished_ms > 0 && !old.cancel_requested);
    assert_eq!(store.task("t2").await.unwrap().revision, 2);
    assert_eq!(store.latest_task("shop").await.unwrap().unwrap().id, "t2");
}

pub async fn a_claimed_task_that_has_not_started_is_superseded_and_its_owner_fenced(
    store: Database,
) {
    deploy(&store, "shop", "t1").await;
    let fence = claim(&store, "t1").await.fence;
    store
        .put_revision(with_task("shop", "two", "t2"))
        .await
        .unwrap();
    let refused = store.record("t1", fence, to(TaskState::Running)).await;
    assert_eq!(refused.unwrap_err(), StoreError::Fenced("t1".to_owned()));
    claim(&store, "t2").await;
}

pub async fn a_running_task_is_not_superseded(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = start(&store, "t1").await.fence;
    store
        .put_revision(with_task("shop", "two", "t2"))
        .await
        .unwrap();
    assert!(
        !store
            .record("t1", fence, TaskPatch::default())
            .await
            .unwrap()
    );
    assert_eq!(store.task("t1").await.unwrap().state, TaskState::Running);
}

pub async fn force_asks_a_running_task_to_end_and_queues_another(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = start(&store, "t1").await.fence;
    let force = NewTask {
        force: true,
        ..new_task("t2")
    };
    assert_eq!(store.add_task("shop", force).await.unwrap(), "t2");
    assert!(
        store
            .record("t1", fence, TaskPatch::default())
            .await
            .unwrap()
    );
    assert_eq!(
        store
            .claim("t2", "me", &[TaskState::Waiting])
            .await
            .unwrap(),
        None
    );
    store
        .record("t1", fence, to(TaskState::Cancelled))
        .await
        .unwrap();
    claim(&store, "t2").await;
}

pub async fn tasks_are_listed_oldest_first_by_state_and_newest_first_by_application(
    store: Database,
) {
    deploy(&store, "shop", "t1").await;
    run(&store, "t1", TaskState::Completed).await;
    store.add_task("shop", new_task("t2")).await.unwrap();
    store.add_task("shop", adopting("t3")).await.unwrap();
    claim(&store, "t2").await;
    let states = [TaskState::Queued, TaskState::Waiting];
    let found = store.tasks_in(&states, 10).await.unwrap();
    let pair = |id: &str| (id.to_owned(), "shop".to_owned());
    assert_eq!(found, [pair("t2"), pair("t3")]);
    assert_eq!(store.tasks_in(&states, 1).await.unwrap(), [pair("t2")]);
    let newest = store.tasks("shop", 2).await.unwrap();
    let ids: Vec<_> = newest.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(ids, ["t3", "t2"]);
}

pub async fn a_task_id_is_used_once(store: Database) {
    deploy(&store, "shop", "t1").await;
    let error = store
        .put_revision(with_task("blog", "one", "t1"))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(text) if text.contains("t1")));
    assert!(store.application("blog").await.is_err());
}

pub async fn a_task_for_an_unknown_application_is_not_found(store: Database) {
    let error = store.add_task("no", new_task("t1")).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound(_)));
}

pub async fn waiting_tasks_take_turns_by_namespace_and_one_of_an_application_is_enough(
    store: Database,
) {
    for (name, namespace, task) in [
        ("a", "crowd", "t1"),
        ("b", "crowd", "t2"),
        ("c", "single", "t3"),
    ] {
        let mut new = with_task(name, "one", task);
        namespace.clone_into(&mut new.namespace);
        store.put_revision(new).await.unwrap();
    }
    let waiting = async |limit| {
        let tasks = store.waiting_tasks(limit).await.unwrap();
        tasks.into_iter().map(|task| task.id).collect::<Vec<_>>()
    };
    assert_eq!(waiting(10).await, ["t1", "t3", "t2"]);
    assert_eq!(waiting(2).await, ["t1", "t3"]);
    claim(&store, "t1").await;
    store.add_task("a", adopting("t4")).await.unwrap();
    assert_eq!(waiting(10).await, ["t2", "t3"]);
}
