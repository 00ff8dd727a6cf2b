//! How much happens at once (seed 000, 并发控制详解; decisions 31, 34): counted from recorded times of jobs.

use std::time::Duration;

use kubemin_e2e::jobs::{self, largest_overlap};
use kubemin_e2e::{Site, component, http};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(15);

/// A row of the manual's table.
struct Scenario {
    name: &'static str,
    requests: usize,
    mode: &'static str,
    sequential: &'static str,
    jobs: usize,
    at_once: usize,
}

/// Whether workloads really start; otherwise they wait for a node that never comes, which costs no pods.
fn with_pods() -> bool {
    std::env::var_os("KUBEMIN_FULL").is_some()
}

fn application(site: &Site, name: &str, mode: &str, components: &[Value]) -> Value {
    let mut app = component::application(name, &site.namespace.name, components);
    let names: Vec<&Value> = components
        .iter()
        .map(|component| &component["name"])
        .collect();
    app["workflow"] = json!([{"name": "all", "mode": mode, "components": names}]);
    app
}

/// Stores and deploys by the API, as many clients do; gives the task's id.
fn submit(site: &Site, app: &Value) -> String {
    let (status, answer) = http::post(&site.server.url(), "/api/v1/applications", &app.to_string());
    assert_eq!(status, 202, "{answer}");
    let task = answer["taskId"].as_str();
    task.unwrap_or_else(|| panic!("no task in {answer}"))
        .to_owned()
}

fn ended(site: &Site, ids: &[String], limit: Duration) -> Vec<Value> {
    ids.iter().map(|id| site.ended(id, limit)).collect()
}

fn run(scenario: &Scenario) {
    let time_out = if with_pods() { "180s" } else { "5s" };
    let site = Site::new(
        scenario.name,
        &[
            "--workflow-sequential-max-concurrency",
            scenario.sequential,
            "--workflow-default-job-timeout",
            time_out,
            "--workflow-slot-grace",
            "300s",
        ],
    );
    let ids: Vec<String> = (0..scenario.requests)
        .map(|app| {
            let of_app = |n: usize| {
                let name = format!("d{app}-{n}");
                let mut component = match with_pods() {
                    true => component::slow(&name, 10),
                    false => component::homeless(&name),
                };
                component["policies"] = json!({"timeout": time_out});
                component
            };
            let components: Vec<Value> = (0..scenario.jobs).map(of_app).collect();
            let name = format!("app-{app}");
            submit(
                &site,
                &application(&site, &name, scenario.mode, &components),
            )
        })
        .collect();
    let tasks = ended(&site, &ids, Duration::from_secs(300));
    let expected = if with_pods() { "completed" } else { "timeout" };
    for task in &tasks {
        assert_eq!(task["state"], expected, "{task:#}");
    }
    assert_eq!(
        largest_overlap(&jobs::spans(&tasks)),
        scenario.at_once,
        "jobs at work at once in scenario {}",
        scenario.name
    );
    let tasks_at_once: Vec<(i64, i64)> = tasks
        .iter()
        .map(|task| {
            (
                jobs::moment(&task["startedAt"]),
                jobs::moment(&task["finishedAt"]),
            )
        })
        .collect();
    assert_eq!(
        largest_overlap(&tasks_at_once),
        scenario.requests.min(10),
        "tasks at work at once"
    );
}

#[test]
fn scenario_a_five_step_by_step() {
    run(&Scenario {
        name: "conc-a",
        requests: 5,
        mode: "StepByStep",
        sequential: "1",
        jobs: 3,
        at_once: 5,
    });
}

#[test]
fn scenario_b_five_dag() {
    run(&Scenario {
        name: "conc-b",
        requests: 5,
        mode: "DAG",
        sequential: "1",
        jobs: 3,
        at_once: 15,
    });
}

#[test]
fn scenario_c_ten_dag() {
    run(&Scenario {
        name: "conc-c",
        requests: 10,
        mode: "DAG",
        sequential: "1",
        jobs: 3,
        at_once: 30,
    });
}

#[test]
fn scenario_d_fifteen_dag_five_of_them_queue() {
    run(&Scenario {
        name: "conc-d",
        requests: 15,
        mode: "DAG",
        sequential: "1",
        jobs: 3,
        at_once: 30,
    });
}

#[test]
fn scenario_e_ten_step_by_step_two_at_a_time() {
    run(&Scenario {
        name: "conc-e",
        requests: 10,
        mode: "StepByStep",
        sequential: "2",
        jobs: 4,
        at_once: 20,
    });
}

#[test]
fn max_concurrent_bounds_the_tasks_at_work() {
    let site = Site::new(
        "conc-max",
        &[
            "--workflow-max-concurrent",
            "2",
            "--workflow-default-job-timeout",
            "1s",
            "--workflow-slot-grace",
            "300s",
        ],
    );
    let ids: Vec<String> = (0..6)
        .map(|n| {
            let components = [component::homeless(&format!("d{n}"))];
            submit(
                &site,
                &application(&site, &format!("app-{n}"), "DAG", &components),
            )
        })
        .collect();
    let tasks = ended(&site, &ids, Duration::from_secs(60));
    assert_eq!(largest_overlap(&jobs::spans(&tasks)), 2);
}

#[test]
fn ten_that_wait_for_ever_do_not_hold_up_an_eleventh() {
    let site = Site::new("conc-grace", &["--workflow-slot-grace", "1s"]);
    let waiting: Vec<String> = (0..10)
        .map(|n| {
            let components = [component::homeless(&format!("d{n}"))];
            submit(
                &site,
                &application(&site, &format!("app-{n}"), "DAG", &components),
            )
        })
        .collect();
    let eleventh = component::application(
        "eleventh",
        &site.namespace.name,
        &[component::config("settings", "value")],
    );
    let task = site.ended(&submit(&site, &eleventh), Duration::from_secs(15));
    assert_eq!(task["state"], "completed", "{task:#}");
    for id in &waiting {
        let task = kubemin_e2e::until("the ten to say what they wait for", SOON, || {
            let task = site.task(id);
            let says = jobs::all(&task)
                .iter()
                .any(|job| job.reason == "Unschedulable");
            says.then_some(task)
        });
        assert_eq!(task["state"], "running", "the ten wait still: {task:#}");
    }
}

#[test]
fn a_task_that_lent_its_slot_goes_on() {
    let site = Site::new(
        "conc-lend",
        &[
            "--workflow-max-concurrent",
            "1",
            "--workflow-slot-grace",
            "500ms",
        ],
    );
    let components = [
        component::slow("web", 4),
        component::config("after", "value"),
    ];
    let mut first = component::application("first", &site.namespace.name, &components);
    first["workflow"] = json!([
        {"name": "one", "components": ["web"]}, {"name": "two", "components": ["after"]}]);
    let first = submit(&site, &first);
    site.running(&first, "Deployment/web");
    let second = component::application(
        "second",
        &site.namespace.name,
        &[component::config("settings", "value")],
    );
    let second = site.ended(&submit(&site, &second), Duration::from_secs(15));
    assert_eq!(second["state"], "completed", "{second:#}");
    let first = site.ended(&first, Duration::from_secs(60));
    assert_eq!(first["state"], "completed", "{first:#}");
    assert!(
        jobs::moment(&second["finishedAt"]) < jobs::span(&first, "Deployment/web").1,
        "the second used the slot while the first waited"
    );
}

#[test]
fn a_single_task_of_another_namespace_waits_for_one_slot_only() {
    let site = Site::new(
        "conc-fair",
        &[
            "--workflow-max-concurrent",
            "1",
            "--workflow-default-job-timeout",
            "2s",
            "--workflow-slot-grace",
            "300s",
        ],
    );
    let crowd: Vec<String> = (0..4)
        .map(|n| {
            let components = [component::homeless(&format!("d{n}"))];
            submit(
                &site,
                &application(&site, &format!("app-{n}"), "DAG", &components),
            )
        })
        .collect();
    site.running(&crowd[0], "Deployment/d0");
    let other = kubemin_e2e::Namespace::new("conc-fair-other");
    let single =
        component::application("single", &other.name, &[component::config("settings", "v")]);
    let single = site.ended(&submit(&site, &single), Duration::from_secs(30));
    let crowd = ended(&site, &crowd, Duration::from_secs(60));
    let before = crowd
        .iter()
        .filter(|task| jobs::moment(&task["startedAt"]) < jobs::moment(&single["startedAt"]));
    assert_eq!(before.count(), 1, "decision 34: it waits for one slot");
}

#[test]
fn a_job_out_of_time_ends_the_task_as_timeout_and_says_what_it_waited_for() {
    let site = Site::new("conc-timeout", &[]);
    let mut component = component::homeless("web");
    component["policies"] = json!({"timeout": "6s"});
    let app = application(&site, "late", "DAG", &[component]);
    let task = site.ended(&submit(&site, &app), Duration::from_secs(20));
    assert_eq!(task["state"], "timeout", "{task:#}");
    let job = jobs::one(&task, "Deployment/web");
    assert_eq!(job.state, "timeout");
    assert_eq!(job.reason, "Unschedulable");
    assert!(
        job.message.contains("6 s"),
        "how long it had: {}",
        job.message
    );
    let (started, finished) = jobs::span(&task, "Deployment/web");
    assert!(
        (6_000..8_000).contains(&(finished - started)),
        "it ran for {} ms",
        finished - started
    );
    let status = site.status("late");
    assert_eq!(status["components"][0]["reason"], "Unschedulable");
}
