//! Wait states say why, and a cancelled task stays cancelled.

use std::time::Duration;

use kubemin_e2e::{Site, component, jobs};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(30);

/// The reason that task, job, status and `why` give for a broken component.
#[track_caller]
fn reason_everywhere(site: &Site, web: Value, reason: &str, word: &str) {
    let app = component::application("app", &site.namespace.name, &[web]);
    let task = site.ended(&site.begin(&app), SOON);
    assert_eq!(task["state"], "failed", "{task:#}");
    assert_eq!(task["reason"], reason, "{task:#}");
    let job = jobs::one(&task, "Deployment/web");
    assert_eq!(job.reason, reason);
    assert!(job.message.contains(word), "no {word} in: {}", job.message);
    let status = site.status("app");
    assert_eq!(status["components"][0]["reason"], reason, "{status:#}");
    let why = site.run(&["why", "app"]).expect(0).out;
    assert!(why.contains(reason) && why.contains("what to do"), "{why}");
}

#[test]
fn a_failed_pull_says_so() {
    let site = Site::new("reg-pull", &[]);
    let mut web = component::web("web");
    web["image"] = json!(component::MISSING_IMAGE);
    reason_everywhere(&site, web, "ImageNotFound", component::MISSING_IMAGE);
}

#[test]
fn a_crash_loop_says_so_with_its_last_words() {
    let site = Site::new("reg-crash", &[]);
    let mut web = component::web("web");
    web["properties"]["command"] = json!(["sh", "-c", "echo no database at all >&2; exit 3"]);
    reason_everywhere(&site, web, "CrashLoop", "no database at all");
}

#[test]
fn a_waiting_pod_says_for_what_while_it_waits() {
    let site = Site::new("reg-waits", &[]);
    let components = [component::homeless("web")];
    let app = component::application("app", &site.namespace.name, &components);
    let task = site.begin(&app);
    let job = kubemin_e2e::until("the job to say what it waits for", SOON, || {
        let jobs = jobs::all(&site.task(&task));
        jobs.into_iter().find(|job| job.reason == "Unschedulable")
    });
    assert_eq!(job.state, "running");
    assert_ne!(job.message, "", "{job:?}");
    // Task and component are two rows: the second follows within a moment.
    let web = kubemin_e2e::until("the component to say it too", SOON, || {
        let web = site.status("app")["components"][0].clone();
        (web["reason"] == "Unschedulable").then_some(web)
    });
    assert_eq!(web["status"], "Pending", "{web:#}");
    assert_ne!(web["message"], "", "{web:#}");
}

#[test]
fn cancel_stays_and_takes_back_what_the_task_made() {
    let site = Site::new("reg-cancel", &[]);
    let components = [component::homeless("web"), component::config("after", "v")];
    let mut app = component::application("app", &site.namespace.name, &components);
    app["workflow"] = json!([
        {"name": "one", "components": ["web"]}, {"name": "two", "components": ["after"]}]);
    let task = site.begin(&app);
    site.running(&task, "Deployment/web");
    let asked = std::time::Instant::now();
    site.run(&["task", "cancel", &task]).expect(0);
    let cancelled = site.ended(&task, Duration::from_secs(2));
    assert!(asked.elapsed() < Duration::from_secs(2));
    assert_eq!(cancelled["state"], "cancelled");
    kubemin_e2e::until("the Deployment to go", SOON, || {
        site.object("deployment/web").is_none().then_some(())
    });
    site.run(&["task", "cancel", &task]).expect(1);
    let components = [component::config("other", "v")];
    site.deploy(&component::application(
        "other",
        &site.namespace.name,
        &components,
    ));
    assert_eq!(site.task(&task), cancelled, "what has ended never changes");
    assert!(site.object("configmap/after").is_none());
}
