//! The four timelines of the manual (seed 000, 示例 1–4) on recorded times of jobs.

use kubemin_e2e::jobs::{largest_overlap, span};
use kubemin_e2e::{Site, component};
use serde_json::{Value, json};

/// Pods are ready this many seconds after they started: long enough to tell one after another from at once.
const READY_AFTER: u32 = 2;
/// The readiness of one pod in milliseconds, less than which an overlap is no overlap of two starting pods.
const AT_ONCE: i64 = 1_000;

const CONFIGS: [&str; 3] = [
    "ConfigMap/app-config-1",
    "ConfigMap/app-config-2",
    "ConfigMap/app-config-3",
];
const SERVICES: [&str; 2] = ["Deployment/backend", "Deployment/frontend"];

/// The manual's application: three configurations and two services in one step.
fn demo_app(site: &Site, mode: &str) -> Value {
    let mut components: Vec<Value> = (1..=3)
        .map(|n| component::config(&format!("app-config-{n}"), "value"))
        .collect();
    components.push(component::slow("backend", READY_AFTER));
    components.push(component::slow("frontend", READY_AFTER));
    let mut app = component::application("demo-app", &site.namespace.name, &components);
    app["workflow"] = json!([{"name": "deploy-all", "mode": mode,
        "components": ["app-config-1", "app-config-2", "app-config-3", "backend", "frontend"]}]);
    app
}

fn site(name: &str, sequential: &str) -> Site {
    Site::new(name, &["--workflow-sequential-max-concurrency", sequential])
}

/// No job of `later` starts before the last of `earlier` has ended.
#[track_caller]
fn barrier(task: &Value, earlier: &[&str], later: &[&str]) {
    let ended = earlier.iter().map(|job| span(task, job).1).max();
    let started = later.iter().map(|job| span(task, job).0).min();
    assert!(
        ended <= started,
        "{later:?} began at {started:?}, {earlier:?} ended at {ended:?}\n{task:#}"
    );
}

#[track_caller]
fn overlap(task: &Value, jobs: &[&str]) -> usize {
    let spans: Vec<(i64, i64)> = jobs.iter().map(|job| span(task, job)).collect();
    largest_overlap(&spans)
}

/// Milliseconds for which two jobs were under way together; negative when one followed the other.
#[track_caller]
fn together(task: &Value, jobs: [&str; 2]) -> i64 {
    let [one, other] = jobs.map(|job| span(task, job));
    one.1.min(other.1) - one.0.max(other.0)
}

/// What the cluster says: when a Deployment was made, in seconds.
fn made_at(site: &Site, name: &str) -> i64 {
    let object = site.expect_object(&format!("deployment/{name}"));
    kubemin_e2e::jobs::moment(&object["metadata"]["creationTimestamp"]) / 1_000
}

/// What the cluster says: since when a Deployment is available, in seconds.
fn available_at(site: &Site, name: &str) -> i64 {
    let object = site.expect_object(&format!("deployment/{name}"));
    let conditions = object["status"]["conditions"].as_array().cloned();
    let available = conditions
        .into_iter()
        .flatten()
        .find(|condition| condition["type"] == "Available");
    let available = available.unwrap_or_else(|| panic!("{name} is not available"));
    kubemin_e2e::jobs::moment(&available["lastTransitionTime"]) / 1_000
}

#[test]
fn example_1_step_by_step_one_at_a_time() {
    let site = site("tl1", "1");
    let task = site.deploy(&demo_app(&site, "StepByStep"));
    let order: Vec<&str> = CONFIGS.into_iter().chain(SERVICES).collect();
    for pair in order.windows(2) {
        barrier(&task, &pair[..1], &pair[1..]);
    }
    assert!(
        made_at(&site, "frontend") >= available_at(&site, "backend"),
        "the cluster made frontend before backend was available"
    );
}

#[test]
fn example_2_step_by_step_two_at_a_time() {
    let site = site("tl2", "2");
    let task = site.deploy(&demo_app(&site, "StepByStep"));
    assert_eq!(overlap(&task, &CONFIGS), 2, "{task:#}");
    let first_end = span(&task, CONFIGS[0]).1.min(span(&task, CONFIGS[1]).1);
    assert!(
        span(&task, CONFIGS[2]).0 >= first_end,
        "the third waits for a free place"
    );
    barrier(&task, &CONFIGS, &SERVICES);
    assert!(together(&task, SERVICES) >= AT_ONCE, "{task:#}");
}

#[test]
fn example_3_dag_ignores_the_setting() {
    let site = site("tl3", "1");
    let task = site.deploy(&demo_app(&site, "DAG"));
    assert_eq!(overlap(&task, &CONFIGS), 3, "{task:#}");
    barrier(&task, &CONFIGS, &SERVICES);
    assert!(together(&task, SERVICES) >= AT_ONCE, "{task:#}");
    assert!(
        made_at(&site, "frontend") - made_at(&site, "backend") <= 1,
        "the cluster made them at once"
    );
}

#[test]
fn example_4_two_steps() {
    let site = site("tl4", "2");
    let service = |name: &str| {
        let mut component = component::slow(name, READY_AFTER);
        component["properties"]["ports"] = json!([{"port": 8080}]);
        component
    };
    let components = [
        component::config("config", "value"),
        service("api"),
        service("web"),
    ];
    let mut app = component::application("two-steps", &site.namespace.name, &components);
    app["workflow"] = json!([
        {"name": "config-step", "mode": "StepByStep", "components": ["config"]},
        {"name": "services", "mode": "DAG", "components": ["api", "web"]}
    ]);
    let task = site.deploy(&app);
    let second = [
        "Deployment/api",
        "Deployment/web",
        "Service/api",
        "Service/web",
    ];
    barrier(&task, &["ConfigMap/config"], &second);
    assert_eq!(
        overlap(&task, &second),
        4,
        "all four of a priority at once: {task:#}"
    );
    assert!(together(&task, ["Deployment/api", "Deployment/web"]) >= AT_ONCE);
    assert_eq!(task["steps"][0]["name"], "config-step");
    assert_eq!(task["steps"][0]["jobs"].as_array().map(Vec::len), Some(1));
    assert_eq!(task["steps"][1]["jobs"].as_array().map(Vec::len), Some(4));
}
