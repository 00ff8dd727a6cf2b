//! One failed or cancelled task stops nothing else.

use std::time::Duration;

use kubemin_e2e::{Site, component, http};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(20);

/// A task that is under way while something else goes wrong.
struct Bystander {
    task: String,
    uid: Value,
}

impl Bystander {
    fn begin(site: &Site) -> Self {
        let components = [component::slow("bystander", 5)];
        let app = component::application("bystander", &site.namespace.name, &components);
        let task = site.begin(&app);
        site.running(&task, "Deployment/bystander");
        let uid = kubemin_e2e::until("the bystander's Deployment", SOON, || {
            site.object("deployment/bystander")
        });
        let uid = uid["metadata"]["uid"].clone();
        Self { task, uid }
    }

    /// It was never touched and ends well, and the server takes new work.
    fn unharmed(self, site: &Site) {
        let task = site.ended(&self.task, Duration::from_secs(60));
        assert_eq!(task["state"], "completed", "{task:#}");
        let object = site.expect_object("deployment/bystander");
        assert_eq!(object["metadata"]["uid"], self.uid, "it was made once");
        let (ready, _) = http::get(&site.server.url(), "/readyz");
        assert_eq!(ready, 200, "the server is ready");
        works(site, "later");
    }
}

/// An application that needs no pods completes.
fn works(site: &Site, name: &str) {
    let components = [component::config(name, "value")];
    site.deploy(&component::application(
        name,
        &site.namespace.name,
        &components,
    ));
    site.expect_object(&format!("configmap/{name}"));
}

fn broken(site: &Site, name: &str) -> Value {
    let mut web = component::web(name);
    web["image"] = json!(component::MISSING_IMAGE);
    component::application(name, &site.namespace.name, &[web])
}

#[test]
fn a_failing_task_stops_no_other() {
    let site = Site::new("reg-failing", &[]);
    let bystander = Bystander::begin(&site);
    let task = site.ended(&site.begin(&broken(&site, "broken")), SOON);
    assert_eq!(task["state"], "failed", "its row says so: {task:#}");
    bystander.unharmed(&site);
}

#[test]
fn a_refused_task_stops_no_other() {
    let site = Site::new("reg-refused", &[]);
    let bystander = Bystander::begin(&site);
    site.create(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "taken"}}));
    let components = [component::config("taken", "value")];
    let app = component::application("clash", &site.namespace.name, &components);
    let task = site.ended(&site.begin(&app), SOON);
    assert_eq!(task["state"], "rejected", "{task:#}");
    bystander.unharmed(&site);
}

#[test]
fn a_cancelled_task_stops_no_other() {
    let site = Site::new("reg-cancelled", &[]);
    let bystander = Bystander::begin(&site);
    let components = [component::homeless("stuck")];
    let app = component::application("stuck", &site.namespace.name, &components);
    let task = site.begin(&app);
    site.running(&task, "Deployment/stuck");
    site.run(&["task", "cancel", &task]).expect(0);
    assert_eq!(site.ended(&task, SOON)["state"], "cancelled");
    bystander.unharmed(&site);
}

#[test]
fn a_restart_does_not_run_a_failed_task_again() {
    let mut site = Site::new("reg-restart", &[]);
    let id = site.begin(&broken(&site, "broken"));
    let before = site.ended(&id, SOON);
    assert_eq!(before["state"], "failed");
    site.server.kill();
    site.server.restart();
    works(&site, "after");
    assert_eq!(site.task(&id), before, "what has ended never changes");
}

#[test]
fn ten_missing_images_do_not_hold_up_an_eleventh() {
    let site = Site::new("reg-ten", &[]);
    let ids: Vec<String> = (0..10)
        .map(|n| site.begin(&broken(&site, &format!("broken-{n}"))))
        .collect();
    works(&site, "eleventh");
    for id in ids {
        let task = site.ended(&id, Duration::from_secs(30));
        assert_eq!(task["state"], "failed", "{task:#}");
        assert_eq!(task["reason"], "ImageNotFound", "{task:#}");
    }
}
