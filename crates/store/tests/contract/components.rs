//! Status rows.

use kubemin_ports::ComponentRow;
use kubemin_workflow::readiness::Status;

use crate::fixtures::*;

pub async fn new_components_are_pending_in_document_order(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    let rows = store.components("shop").await.unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|r| (r.name.as_str(), r.kind.as_str(), r.replicas))
        .collect();
    assert_eq!(
        seen,
        [
            ("backend", "webservice", 2),
            ("passwords", "secret", 0),
            ("mysql", "statefulservice", 1)
        ]
    );
    assert!(
        rows.iter()
            .all(|r| r.status == Status::Pending && r.ready_replicas == 0)
    );
}

pub async fn status_is_kept_for_components_that_stay(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    let mut rows = store.components("shop").await.unwrap();
    for row in &mut rows {
        row.status = Status::Running;
        row.ready_replicas = 1;
    }
    store.put_components(&rows).await.unwrap();
    let mut new = revision("shop", "two");
    let mut frontend = new.document.components.remove(0);
    frontend.replicas = Some(5);
    new.document.components.push(frontend.clone());
    frontend.name = "frontend".to_owned();
    new.document.components[0] = frontend;
    store.put_revision(new).await.unwrap();
    let rows = store.components("shop").await.unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|r| (r.name.as_str(), r.status, r.replicas))
        .collect();
    assert_eq!(
        seen,
        [
            ("frontend", Status::Pending, 5),
            ("mysql", Status::Running, 1),
            ("backend", Status::Running, 5)
        ]
    );
}

pub async fn status_is_written_and_the_unknown_passed_over(store: Database) {
    store.put_revision(revision("shop", "one")).await.unwrap();
    let row = ComponentRow {
        app_id: "shop".to_owned(),
        name: "backend".to_owned(),
        kind: "job".to_owned(),
        status: Status::Failed,
        replicas: 3,
        ready_replicas: 1,
        reason: "ImagePull".to_owned(),
        message: "no such image".to_owned(),
        updated_ms: 42,
    };
    let unknown = ComponentRow {
        name: "no".to_owned(),
        ..row.clone()
    };
    let elsewhere = ComponentRow {
        app_id: "no".to_owned(),
        ..row.clone()
    };
    store
        .put_components(&[unknown, elsewhere, row.clone()])
        .await
        .unwrap();
    let rows = store.components("shop").await.unwrap();
    assert_eq!(rows.len(), 3);
    let kept = ComponentRow {
        kind: "webservice".to_owned(),
        ..row
    };
    assert_eq!(rows[0], kept);
    assert!(store.components("no").await.unwrap().is_empty());
}

pub async fn components_of_many_applications_come_at_once(store: Database) {
    let names: Vec<_> = (0..70).map(|n| format!("app-{n:02}")).collect();
    for name in &names {
        store.put_revision(revision(name, "one")).await.unwrap();
    }
    let rows = store.components_of(&names).await.unwrap();
    assert_eq!(rows.len(), 210);
    let one: Vec<_> = rows
        .iter()
        .filter(|r| r.app_id == "app-33")
        .cloned()
        .collect();
    assert_eq!(one, store.components("app-33").await.unwrap());
    assert!(store.components_of(&[]).await.unwrap().is_empty());
}
