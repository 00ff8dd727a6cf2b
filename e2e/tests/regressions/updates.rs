//! Updates reach the cluster, and only what changed does.

use std::time::Duration;

use kubemin_e2e::{Site, component};
use serde_json::{Value, json};

/// A running application of one component.
struct Running {
    site: Site,
    app: Value,
}

impl Running {
    fn new(what: &str, component: Value) -> Self {
        let site = Site::new(what, &[]);
        let app = component::application("app", &site.namespace.name, &[component]);
        site.deploy(&app);
        Self { site, app }
    }

    fn component(&mut self) -> &mut Value {
        &mut self.app["components"][0]
    }

    fn deployment(&self) -> Value {
        self.site.expect_object("deployment/web")
    }
}

fn generation(object: &Value) -> i64 {
    object["metadata"]["generation"].as_i64().unwrap_or(0)
}

fn container(object: &Value) -> &Value {
    &object["spec"]["template"]["spec"]["containers"][0]
}

/// All wanted pods are of the newest generation and available.
#[track_caller]
fn rolled_out(object: &Value, replicas: i64) {
    let status = &object["status"];
    assert_eq!(
        status["observedGeneration"],
        object["metadata"]["generation"]
    );
    for field in ["replicas", "updatedReplicas", "readyReplicas"] {
        assert_eq!(status[field], replicas, "{field} of {status:#}");
    }
}

#[test]
fn a_new_image_is_rolled_out() {
    let mut running = Running::new("reg-image", component::web("web"));
    running.component()["image"] = json!(component::OTHER_IMAGE);
    running.site.deploy(&running.app);
    let object = running.deployment();
    assert_eq!(container(&object)["image"], component::OTHER_IMAGE);
    rolled_out(&object, 1);
}

#[test]
fn a_new_env_value_is_rolled_out() {
    let mut running = Running::new("reg-env", component::web("web"));
    running.component()["properties"]["env"] = json!({"LEVEL": "debug"});
    running.site.deploy(&running.app);
    let object = running.deployment();
    let wanted = json!([{"name": "LEVEL", "value": "debug"}]);
    assert_eq!(container(&object)["env"], wanted);
    rolled_out(&object, 1);
}

#[test]
fn more_replicas_arrive_with_the_task_that_asks_for_them() {
    let mut running = Running::new("reg-replicas", component::web("web"));
    running.component()["replicas"] = json!(3);
    running.site.deploy(&running.app);
    rolled_out(&running.deployment(), 3);
    let status = running.site.status("app");
    assert_eq!(status["components"][0]["readyReplicas"], 3, "{status:#}");
}

#[test]
fn an_update_to_a_missing_image_fails_and_the_old_pods_serve() {
    let mut running = Running::new("reg-missing", component::web("web"));
    running.component()["image"] = json!(component::MISSING_IMAGE);
    let task = running.site.begin(&running.app);
    let task = running.site.ended(&task, Duration::from_secs(15));
    assert_eq!(task["state"], "failed", "{task:#}");
    assert_eq!(task["reason"], "ImageNotFound", "{task:#}");
    assert_eq!(running.deployment()["status"]["availableReplicas"], 1);
    let status = running.site.status("app");
    assert_ne!(status["phase"], "Running", "{status:#}");
    assert_eq!(status["components"][0]["reason"], "ImageNotFound");
}

#[test]
fn nothing_changed_means_no_rollout_and_no_waiting() {
    let mut web = component::web("web");
    web["properties"]["env"] = json!({"A": "1", "B": "2", "C": "3", "D": "4", "E": "5"});
    let running = Running::new("reg-nothing", web);
    let before = running.deployment();
    for _ in 0..5 {
        let task = running.site.deploy(&running.app);
        let times = [&task["createdAt"], &task["finishedAt"]].map(kubemin_e2e::jobs::moment);
        let took = times[1] - times[0];
        assert!(took < 2_000, "a deployment of nothing took {took} ms");
    }
    assert_eq!(generation(&running.deployment()), generation(&before));
}

#[test]
fn a_stateful_set_deploys_again_without_a_change() {
    let running = Running::new("reg-sts-same", component::store("db"));
    let before = running.site.expect_object("statefulset/db");
    running.site.deploy(&running.app);
    let after = running.site.expect_object("statefulset/db");
    assert_eq!(
        after["metadata"]["resourceVersion"],
        before["metadata"]["resourceVersion"]
    );
}

#[test]
fn a_stateful_set_deploys_again_with_another_image() {
    let mut running = Running::new("reg-sts-image", component::store("db"));
    running.component()["image"] = json!(component::OTHER_IMAGE);
    running.site.deploy(&running.app);
    let object = running.site.expect_object("statefulset/db");
    assert_eq!(container(&object)["image"], component::OTHER_IMAGE);
    rolled_out(&object, 1);
    let image = running.site.expect_object("pod/db-0")["spec"]["containers"][0]["image"].clone();
    assert_eq!(image, component::OTHER_IMAGE);
}
