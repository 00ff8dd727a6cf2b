//! Reading and listing applications.

use kubemin_objects::Kind;
use kubemin_ports::{ApplicationFilter, StoreError, TaskPatch};

use crate::fixtures::*;

pub async fn an_application_reads_back_as_it_was_stored(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    let row = store.application("shop").await.unwrap();
    assert_eq!(row.document, document("shop", "one"));
    assert_eq!((row.id.as_str(), row.name.as_str()), ("shop", "shop"));
    assert_eq!((row.namespace.as_str(), row.revision), ("shop", 1));
    assert!(row.created_ms > 1_700_000_000_000 && row.updated_ms == row.created_ms);
    assert!(row.inventory.is_empty() && row.stopped.is_empty());
    store.ping().await.unwrap();
}

pub async fn an_application_is_found_by_namespace_and_name(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    let found = store.find_application("shop", "shop").await.unwrap();
    assert_eq!(found.unwrap().id, "shop");
    assert_eq!(store.find_application("other", "shop").await.unwrap(), None);
    assert_eq!(store.find_application("shop", "Shop").await.unwrap(), None);
}

pub async fn a_list_has_the_newest_change_first_and_pages_through_all(store: Database) {
    for name in ["a", "b", "c", "d", "e"] {
        store.put_revision(revision(name, "one")).await.unwrap();
    }
    let mut filter = ApplicationFilter {
        limit: 2,
        ..ApplicationFilter::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = store.applications(&filter).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items);
        match page.next {
            Some(next) => filter.cursor = Some(next),
            None => break,
        }
    }
    let order: Vec<_> = seen
        .iter()
        .map(|row| (row.updated_ms, row.id.as_str()))
        .collect();
    let mut sorted = order.clone();
    sorted.sort();
    sorted.reverse();
    assert_eq!(order, sorted);
    let mut ids: Vec<_> = seen.iter().map(|row| row.id.as_str()).collect();
    ids.sort();
    assert_eq!(ids, ["a", "b", "c", "d", "e"]);
}

pub async fn a_text_is_searched_in_name_alias_project_and_description(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    store.put_revision(revision("blog", "one")).await.unwrap();
    let found = async |text: &str, name: Option<&str>| {
        let filter = ApplicationFilter {
            text: Some(text.to_owned()),
            name: name.map(str::to_owned),
            namespace: Some("shop".to_owned()),
            limit: 10,
            ..ApplicationFilter::default()
        };
        store.applications(&filter).await.unwrap().items.len()
    };
    assert_eq!(found("BLO", None).await, 1);
    assert_eq!(found("web shop", None).await, 2);
    assert_eq!(found("retail_2", None).await, 2);
    assert_eq!(found("100% t", None).await, 2);
    assert_eq!(found("1%s", None).await, 0);
    assert_eq!(found("", Some("blog")).await, 1);
    assert_eq!(found("s3cr3t", None).await, 0);
}

pub async fn users_of_an_object_are_found_by_its_exact_key(store: Database) {
    for name in ["shop", "blog"] {
        deploy(&store, name, &format!("task-{name}")).await;
        let fence = claim(&store, &format!("task-{name}")).await.fence;
        let mine = (key(Kind::Service, name), "backend".to_owned());
        let shared = (key(Kind::PersistentVolumeClaim, "data"), "mysql".to_owned());
        let patch = TaskPatch {
            inventory: Some(vec![mine, shared]),
            ..TaskPatch::default()
        };
        store
            .record(&format!("task-{name}"), fence, patch)
            .await
            .unwrap();
    }
    let users = async |key| {
        let rows = store.users_of(&key).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(users(key(Kind::Service, "blog")).await, ["blog"]);
    let mut both = users(key(Kind::PersistentVolumeClaim, "data")).await;
    both.sort();
    assert_eq!(both, ["blog", "shop"]);
    assert!(users(key(Kind::Deployment, "blog")).await.is_empty());
    assert!(users(key(Kind::Service, "blo")).await.is_empty());
}

pub async fn what_is_not_there_is_not_found(store: Database) {
    let missing = |error| matches!(error, StoreError::NotFound(_));
    assert!(missing(store.application("no").await.unwrap_err()));
    assert!(missing(store.revision("no", 1).await.unwrap_err()));
    assert!(missing(store.task("no").await.unwrap_err()));
    assert!(missing(
        store.request_cancel("no", "User").await.unwrap_err()
    ));
    assert!(missing(store.retry("no", "new").await.unwrap_err()));
    assert_eq!(store.latest_task("no").await.unwrap(), None);
    assert!(store.components("no").await.unwrap().is_empty());
}
