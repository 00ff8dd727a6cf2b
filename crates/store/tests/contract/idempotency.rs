//! Requests sent twice.

use kubemin_ports::{NewRevision, StoreError};

use crate::fixtures::*;

fn request(body: &str, image: &str, task: &str) -> NewRevision {
    NewRevision {
        idempotency: Some(("key".to_owned(), body.to_owned())),
        ..with_task("shop", image, task)
    }
}

pub async fn the_same_key_and_body_give_the_same_answer(store: Database) {
    let first = store.put_revision(request("b", "one", "t1")).await.unwrap();
    store.put_revision(revision("shop", "two")).await.unwrap();
    let again = store.put_revision(request("b", "one", "t2")).await.unwrap();
    assert!(!first.replayed && again.replayed);
    assert_eq!((again.revision, again.task_id.as_deref()), (1, Some("t1")));
    assert!(again.changed);
    assert!(store.task("t2").await.is_err());
}

pub async fn the_same_key_with_another_body_is_a_conflict(store: Database) {
    store.put_revision(request("b", "one", "t1")).await.unwrap();
    let error = store
        .put_revision(request("c", "two", "t2"))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)));
    assert_eq!(store.application("shop").await.unwrap().revision, 1);
}

pub async fn a_request_that_failed_can_be_sent_again(store: Database) {
    let failing = NewRevision {
        expected: Some(9),
        ..request("b", "one", "t1")
    };
    store.put_revision(failing).await.unwrap_err();
    let stored = store.put_revision(request("b", "one", "t1")).await.unwrap();
    assert!(!stored.replayed);
}
