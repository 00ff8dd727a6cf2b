//! Names: derived ones, and what happens when two objects want the same (decisions 9, 11, 12, 20).

mod rendered;

use rendered::{refused, rendered};
use serde_json::{Value, json};

fn app(components: Value) -> Value {
    json!({"id": "nm1", "name": "shop", "components": components})
}

/// Every error of a document as `path: code`.
#[track_caller]
fn check(components: Value, expected: &[&str]) {
    let seen: Vec<_> = refused(&app(components))
        .iter()
        .map(|error| format!("{}: {}", error.path, error.code))
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_governing_service_and_a_component_of_its_name_collide() {
    check(
        json!([
            {"name": "db", "type": "store", "image": "d:1"},
            {"name": "db-headless", "type": "webservice", "image": "w:1", "properties": {"ports": [{"port": 80}]}},
        ]),
        &["components[1].name: duplicate-name"],
    );
}

#[test]
fn one_account_in_two_components_is_refused_with_all_that_hangs_on_it() {
    let rbac = json!({"rbac": [{"serviceAccount": "reader", "rules": [{"resources": ["pods"], "verbs": ["get"]}]}]});
    check(
        json!([
            {"name": "one", "type": "webservice", "image": "a:1", "traits": rbac},
            {"name": "two", "type": "webservice", "image": "a:1", "traits": rbac},
        ]),
        &[
            "components[1].traits.rbac[0].serviceAccount: duplicate-name",
            "components[1].traits.rbac[0]: duplicate-name",
            "components[1].traits.rbac[0]: duplicate-name",
        ],
    );
}

#[test]
fn claims_of_one_name_are_shared_when_equal_and_refused_when_not() {
    let with = |size: &str| json!({"storage": [{"type": "persistent", "name": "data", "tmpCreate": true, "size": size}]});
    let two = |size: &str| {
        json!([
            {"name": "one", "type": "webservice", "image": "a:1", "traits": with("2Gi")},
            {"name": "two", "type": "webservice", "image": "a:1", "traits": with(size)},
        ])
    };
    let shared = rendered(&app(two("2Gi"))).names();
    assert_eq!(
        shared
            .iter()
            .filter(|key| *key == "PersistentVolumeClaim/pvc-data-nm1")
            .count(),
        1
    );
    check(
        two("3Gi"),
        &["components[1].traits.storage[0]: claim-conflict"],
    );
}

#[test]
fn a_shared_claim_takes_the_size_from_whoever_says_it() {
    let app = rendered(&app(json!([
        {"name": "one", "type": "webservice", "image": "a:1", "traits": {"storage": [{"type": "persistent", "name": "pool"}]}},
        {"name": "two", "type": "webservice", "image": "a:1", "traits": {"storage": [{"type": "persistent", "name": "pool", "size": "9Gi"}]}},
    ])));
    assert_eq!(
        app.at(
            "PersistentVolumeClaim/pool",
            "/spec/resources/requests/storage"
        ),
        "9Gi"
    );
}

#[test]
fn a_container_may_not_be_called_like_the_generated_one_of_another() {
    check(
        json!([{"name": "web", "type": "webservice", "image": "a:1", "traits": {
            "init": [{"name": "web-sidecar-1", "properties": {"image": "i:1"}}],
            "sidecar": [{"image": "s:1"}]}}]),
        &["components[0].traits.sidecar[0].name: duplicate-name"],
    );
}

#[test]
fn unnamed_entries_are_numbered_across_nested_ones() {
    let rules = json!([{"resources": ["pods"], "verbs": ["get"]}]);
    let routes = json!([{"backend": {"serviceName": "web"}}]);
    let app = rendered(&app(
        json!([{"name": "web", "type": "webservice", "image": "a:1", "traits": {
            "rbac": [{"rules": rules}, {"rules": rules}],
            "ingress": [{"routes": [
                {"path": "/a", "backend": {"serviceName": "web"}},
                {"path": "/b", "backend": {"serviceName": "web"}, "rewrite": {"type": "replace", "replacement": "/"}}]}],
            "sidecar": [{"name": "side", "image": "s:1", "traits": {"rbac": [{"rules": rules}], "ingress": [{"routes": routes}]}}],
        }}]),
    ));
    let names = app.names();
    for key in [
        "ServiceAccount/web-sa",
        "ServiceAccount/web-sa-2",
        "ServiceAccount/web-sa-3",
        "Ingress/web-ingress",
        "Ingress/web-ingress-2",
        "Ingress/web-ingress-3",
    ] {
        assert!(names.contains(&key.to_owned()), "{key} in {names:?}");
    }
    assert_eq!(app.pod("Deployment/web")["serviceAccountName"], "web-sa");
}

#[test]
fn nested_rbac_never_gives_the_pod_its_account() {
    let app = rendered(&app(
        json!([{"name": "web", "type": "webservice", "image": "a:1", "traits": {
        "init": [{"name": "i", "properties": {"image": "i:1"}, "traits": {
            "rbac": [{"rules": [{"resources": ["pods"], "verbs": ["get"]}]}]}}]}}]),
    ));
    assert!(app.names().contains(&"ServiceAccount/web-sa".to_owned()));
    assert!(app.pod("Deployment/web")["serviceAccountName"].is_null());
    assert_eq!(
        app.pod("Deployment/web")["automountServiceAccountToken"],
        false
    );
}

#[test]
fn templates_and_middleware_need_more_than_a_document() {
    let errors = refused(&app(json!([{"name": "cache", "type": "middleware"}])));
    assert_eq!(errors[0].path, "components[0].type");
    let errors = refused(&app(json!([
        {"name": "copy", "type": "webservice", "image": "a:1", "template": {"id": "mysql"}}
    ])));
    assert_eq!(
        (errors[0].path.as_str(), errors[0].code.as_str()),
        ("components[0].template", "template-needs-server")
    );
}
