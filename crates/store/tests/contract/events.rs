//! Events.

use kubemin_ports::EventRow;

use crate::fixtures::*;

fn event(app: &str, reason: &str) -> EventRow {
    EventRow {
        app_id: app.to_owned(),
        task_id: "t1".to_owned(),
        component: "backend".to_owned(),
        warning: true,
        reason: reason.to_owned(),
        message: "why".to_owned(),
        at_ms: 5,
        ..EventRow::default()
    }
}

pub async fn events_come_oldest_first_after_a_number(store: Database) {
    store.add_events(&[]).await.unwrap();
    store
        .add_events(&[event("shop", "A"), event("blog", "B")])
        .await
        .unwrap();
    store.add_events(&[event("shop", "C")]).await.unwrap();
    let all = store.events("shop", 0, 10).await.unwrap();
    let reasons: Vec<_> = all.iter().map(|e| e.reason.as_str()).collect();
    assert_eq!(reasons, ["A", "C"]);
    assert!(0 < all[0].id && all[0].id < all[1].id);
    let expected = EventRow {
        id: all[0].id,
        ..event("shop", "A")
    };
    assert_eq!(all[0], expected);
    let later = store.events("shop", all[0].id, 10).await.unwrap();
    assert_eq!(later, all[1..]);
    assert_eq!(store.events("shop", 0, 1).await.unwrap(), all[..1]);
}

pub async fn the_newest_500_of_an_application_are_kept(store: Database) {
    store.add_events(&[event("blog", "old")]).await.unwrap();
    let many: Vec<_> = (0..505).map(|n| event("shop", &format!("E{n}"))).collect();
    store.add_events(&many[..300]).await.unwrap();
    store.add_events(&many[300..]).await.unwrap();
    let kept = store.events("shop", 0, 1000).await.unwrap();
    assert_eq!(kept.len(), 500);
    assert_eq!(
        (kept[0].reason.as_str(), kept[499].reason.as_str()),
        ("E5", "E504")
    );
    assert_eq!(store.events("blog", 0, 10).await.unwrap().len(), 1);
}
