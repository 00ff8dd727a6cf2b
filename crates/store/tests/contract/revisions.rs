//! Storing documents.

use kubemin_ports::{NewRevision, StoreError};
use kubemin_workflow::TaskState;

use crate::fixtures::*;

pub async fn an_equal_document_keeps_its_revision(store: Database) {
    let first = store.put_revision(revision("shop", "one")).await.unwrap();
    let second = store.put_revision(revision("shop", "one")).await.unwrap();
    assert_eq!((first.revision, first.changed), (1, true));
    assert_eq!((second.revision, second.changed), (1, false));
    assert_eq!(store.revisions("shop").await.unwrap().len(), 1);
}

pub async fn a_different_document_is_the_next_revision(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    let scale = NewRevision {
        cause: "scale".to_owned(),
        ..revision("shop", "two")
    };
    assert_eq!(store.put_revision(scale).await.unwrap().revision, 2);
    let rows = store.revisions("shop").await.unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.revision, row.cause.as_str()))
        .collect();
    assert_eq!(seen, [(2, "scale"), (1, "apply")]);
    let old = store.revision("shop", 1).await.unwrap();
    assert_eq!(old.document, document("shop", "one"));
    assert_eq!(
        store.application("shop").await.unwrap().document,
        document("shop", "two")
    );
    let again = store.put_revision(revision("shop", "one")).await.unwrap();
    assert_eq!((again.revision, again.changed), (3, true));
}

pub async fn a_changed_secret_value_is_a_different_document(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    let mut new = revision("shop", "one");
    let secret = &mut new.document.components[1]
        .properties
        .as_mut()
        .unwrap()
        .secret;
    secret.insert("root".to_owned(), "other".to_owned());
    assert_eq!(store.put_revision(new.clone()).await.unwrap().revision, 2);
    assert_eq!(
        store.application("shop").await.unwrap().document,
        new.document
    );
}

pub async fn another_revision_than_the_expected_one_is_a_conflict(store: Database) {
    let expecting = |image, expected| NewRevision {
        expected: Some(expected),
        ..revision("shop", image)
    };
    let error = store.put_revision(expecting("one", 1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)));
    store.put_revision(revision("shop", "one")).await.unwrap();
    store.put_revision(expecting("two", 1)).await.unwrap();
    let error = store.put_revision(expecting("three", 1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(text) if text.contains("revision 2")));
    assert_eq!(store.application("shop").await.unwrap().revision, 2);
}

pub async fn a_name_of_another_application_is_a_conflict_that_names_it(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    let other = NewRevision {
        app_id: "intruder".to_owned(),
        ..with_task("shop", "one", "task")
    };
    let error = store.put_revision(other).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(text) if text.contains("application shop")));
    assert!(store.task("task").await.is_err());
    assert!(store.application("intruder").await.is_err());
}

pub async fn the_same_name_in_another_namespace_is_free(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    let other = NewRevision {
        app_id: "shop2".to_owned(),
        namespace: "test".to_owned(),
        ..revision("shop", "one")
    };
    assert_eq!(store.put_revision(other).await.unwrap().revision, 1);
}

pub async fn a_revision_tells_how_its_newest_task_ended(store: Database) {
    deploy(&store, "shop", "t1").await;
    run(&store, "t1", TaskState::Failed).await;
    store.put_revision(revision("shop", "two")).await.unwrap();
    let states = async || {
        let rows = store.revisions("shop").await.unwrap();
        rows.into_iter()
            .map(|row| row.task_state)
            .collect::<Vec<_>>()
    };
    assert_eq!(states().await, ["", "failed"]);
    store.add_task("shop", new_task("t2")).await.unwrap();
    assert_eq!(states().await, ["waiting", "failed"]);
    assert_eq!(
        store.revision("shop", 2).await.unwrap().task_state,
        "waiting"
    );
}

pub async fn the_numbers_before_a_stop_are_kept_until_told_otherwise(store: Database) {
    let numbers = vec![("backend".to_owned(), 2)];
    let stop = NewRevision {
        stopped: Some(numbers.clone()),
        ..revision("shop", "one")
    };
    store.put_revision(stop).await.unwrap();
    store.put_revision(revision("shop", "two")).await.unwrap();
    assert_eq!(store.application("shop").await.unwrap().stopped, numbers);
    let start = NewRevision {
        stopped: Some(vec![]),
        ..revision("shop", "two")
    };
    store.put_revision(start).await.unwrap();
    assert!(store.application("shop").await.unwrap().stopped.is_empty());
}

pub async fn many_writers_at_once_all_succeed(store: Database) {
    let writers: Vec<_> = (0..20)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let image = format!("image-{n}");
                let new = with_task("shop", &image, &format!("task-{n}"));
                store.put_revision(new).await.unwrap().revision
            })
        })
        .collect();
    let mut revisions = Vec::new();
    for writer in writers {
        revisions.push(writer.await.unwrap());
    }
    revisions.sort();
    assert_eq!(revisions, (1..=20).collect::<Vec<_>>());
}

pub async fn a_write_that_fails_among_many_undoes_only_itself(store: Database) {
    deploy(&store, "shop", "taken").await;
    let writers: Vec<_> = (0..20)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let fails = n % 2 == 1;
                let task = if fails {
                    "taken".to_owned()
                } else {
                    format!("task-{n}")
                };
                let written = store
                    .put_revision(with_task(&format!("app-{n}"), "one", &task))
                    .await;
                assert_eq!(written.is_err(), fails, "{n}: {written:?}");
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for n in 0..20 {
        let app = format!("app-{n}");
        assert_eq!(store.application(&app).await.is_ok(), n % 2 == 0, "{app}");
        let components = store.components(&app).await.unwrap();
        assert_eq!(components.is_empty(), n % 2 == 1, "{app}");
    }
}
