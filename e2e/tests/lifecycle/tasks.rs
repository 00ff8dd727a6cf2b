//! Tasks of one application: one at a time, retry, cancel (decision 32).

use std::time::Duration;

use kubemin_e2e::{Site, component, http, jobs};
use serde_json::{Value, json};

use crate::SOON;

fn waiting(site: &Site, value: &str) -> Value {
    let mut web = component::homeless("web");
    web["properties"]["env"] = json!({"VALUE": value});
    component::application("shop", &site.namespace.name, &[web])
}

fn post(site: &Site, path: &str, app: &Value) -> Value {
    let (status, answer) = http::post(&site.server.url(), path, &app.to_string());
    assert_eq!(status, 202, "{answer:#}");
    answer
}

#[test]
fn the_same_revision_again_is_the_same_task() {
    let site = Site::new("life-same-task", &[]);
    let app = waiting(&site, "one");
    let first = post(&site, "/api/v1/applications", &app);
    let second = post(&site, "/api/v1/applications", &app);
    assert_eq!(second["taskId"], first["taskId"]);
    assert_eq!(second["revision"], 1);
    let id = first["id"].as_str().unwrap_or_default();
    let path = format!("/api/v1/applications/{id}/workflow/exec");
    let (status, answer) = http::post(&site.server.url(), &path, "{}");
    assert!((200..300).contains(&status), "{answer:#}");
    assert_eq!(
        answer["taskId"], first["taskId"],
        "create, then exec: one task"
    );
    let tasks = site
        .run(&["task", "list", "shop", "-o", "json"])
        .expect(0)
        .json();
    assert_eq!(
        tasks["tasks"].as_array().map(Vec::len),
        Some(1),
        "{tasks:#}"
    );
}

#[test]
fn a_newer_revision_supersedes_what_has_not_started() {
    let site = Site::new("life-supersede", &["--workflow-default-job-timeout", "4s"]);
    let first = site.begin(&waiting(&site, "one"));
    site.running(&first, "Deployment/web");
    let second = site.begin(&waiting(&site, "two"));
    let third = site.begin(&waiting(&site, "three"));
    let second = site.ended(&second, SOON);
    assert_eq!(second["state"], "cancelled", "{second:#}");
    assert_eq!(second["reason"], "Superseded");
    assert_eq!(
        site.task(&first)["state"],
        "running",
        "what has started goes on"
    );
    let (first, third) = (site.ended(&first, SOON), site.ended(&third, SOON));
    assert!(
        jobs::moment(&third["startedAt"]) >= jobs::moment(&first["finishedAt"]),
        "one at a time"
    );
    let env = site.expect_object("deployment/web");
    let env = &env["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"];
    assert_eq!(env, "three");
}

#[test]
fn force_cancels_what_is_under_way() {
    let site = Site::new("life-force", &[]);
    let first = site.begin(&waiting(&site, "one"));
    site.running(&first, "Deployment/web");
    let components = [component::config("settings", "value")];
    let app = component::application("shop", &site.namespace.name, &components);
    site.apply(&app, &["--force", "--wait", "--timeout", "30s"])
        .expect(0);
    assert_eq!(site.task(&first)["state"], "cancelled");
    kubemin_e2e::until("the first one's Deployment to go", SOON, || {
        site.object("deployment/web").is_none().then_some(())
    });
}

#[test]
fn retry_goes_on_at_the_failed_step() {
    let site = Site::new("life-retry", &[]);
    let mut user = component::web("user");
    user["traits"]["envFrom"] = json!([{"type": "configMap", "sourceName": "made-later"}]);
    let components = [
        component::config("settings", "one"),
        user,
        component::config("last", "x"),
    ];
    let mut app = component::application("shop", &site.namespace.name, &components);
    app["workflow"] = json!([{"name": "one", "components": ["settings"]},
        {"name": "two", "components": ["user"]}, {"name": "three", "components": ["last"]}]);
    let failed = site.ended(&site.begin(&app), SOON);
    assert_eq!(failed["state"], "failed", "{failed:#}");
    assert_eq!(failed["reason"], "ConfigMissing", "{failed:#}");
    assert_eq!(jobs::one(&failed, "ConfigMap/last").started, None);
    site.create(&json!({"apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "made-later"}, "data": {"a": "b"}}));
    site.run(&["retry", "shop", "--wait", "--timeout", "60s"])
        .expect(0);
    let retried = site.task("shop");
    assert_ne!(retried["id"], failed["id"]);
    assert_eq!(
        jobs::one(&retried, "ConfigMap/settings"),
        jobs::one(&failed, "ConfigMap/settings"),
        "what was done is not done again"
    );
    assert_eq!(jobs::one(&retried, "Deployment/user").state, "completed");
    assert_eq!(jobs::one(&retried, "ConfigMap/last").state, "completed");
}

#[test]
fn cancel_removes_what_the_task_made_and_leaves_what_was_there() {
    let site = Site::new("life-cancel", &[]);
    let before = [component::config("settings", "one")];
    site.deploy(&component::application(
        "shop",
        &site.namespace.name,
        &before,
    ));
    let mut web = component::homeless("web");
    web["properties"]["ports"] = json!([{"port": 8080}]);
    let components = [component::config("settings", "two"), web];
    let task = site.begin(&component::application(
        "shop",
        &site.namespace.name,
        &components,
    ));
    site.running(&task, "Deployment/web");
    site.run(&["cancel", "shop"]).expect(0);
    let ended = site.ended(&task, Duration::from_secs(2));
    assert_eq!(ended["state"], "cancelled");
    for object in ["deployment/web", "service/web"] {
        kubemin_e2e::until(&format!("{object} to go"), SOON, || {
            site.object(object).is_none().then_some(())
        });
    }
    site.expect_object("configmap/settings");
    let events = kubemin_e2e::until("an event that lists both", SOON, || {
        let events = site.run(&["events", "shop"]).out;
        events
            .contains("removed what the task had made")
            .then_some(events)
    });
    assert!(events.contains("Deployment"), "{events}");
    assert!(events.contains("left as it is"), "{events}");
}
