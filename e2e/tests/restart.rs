//! A restart is a pause of milliseconds. Alone in its file, so that no other test takes its processor time.

use std::time::{Duration, Instant};

use kubemin_e2e::{Site, component, http, jobs, until};

const SOON: Duration = Duration::from_secs(20);
/// The smallest time counts: the machine may have other work.
const ROUNDS: usize = 5;

#[test]
fn a_restart_after_sigterm_deploys_within_300_ms() {
    let mut site = Site::new("restart", &[]);
    let stuck = component::application(
        "stuck",
        &site.namespace.name,
        &[component::homeless("stuck")],
    );
    let under_way = site.begin(&stuck);
    site.running(&under_way, "Deployment/stuck");
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let ended = site.server.terminate();
        assert!(ended < Duration::from_secs(2), "SIGTERM took {ended:?}");
        times.push(first_deployment(&mut site, &format!("after-{round}")));
    }
    println!("from start to the first completed task: {times:?}");
    let best = times.into_iter().min().unwrap_or_default();
    let allowed = allowed(&site);
    assert!(
        best <= allowed,
        "the fastest took {best:?}, allowed are {allowed:?}"
    );
    let task = site.task(&under_way);
    assert_eq!(task["state"], "running", "it was taken up again: {task:#}");
    assert_eq!(task["attempt"], 1 + ROUNDS, "{task:#}");
}

/// Starts the server and deploys; gives the time from the start to the end of the task.
fn first_deployment(site: &mut Site, name: &str) -> Duration {
    let clock = jiff::Timestamp::now().as_millisecond();
    let limit = Instant::now() + SOON;
    site.server.restart();
    let components = [component::config(name, "value")];
    let app = component::application(name, &site.namespace.name, &components);
    let (status, answer) = http::post(&site.server.url(), "/api/v1/applications", &app.to_string());
    assert_eq!(status, 202, "{answer:#}");
    let id = answer["taskId"].as_str().unwrap_or_default().to_owned();
    let left = limit.saturating_duration_since(Instant::now());
    let task = until("the first deployment after the restart", left, || {
        Some(site.task(&id)).filter(|task| task["state"] == "completed")
    });
    let took = jobs::moment(&task["finishedAt"]) - clock;
    Duration::from_millis(took.unsigned_abs())
}

/// On a busy machine, or with debug code, everything takes longer: as much more as ten starts of the program do.
fn allowed(site: &Site) -> Duration {
    Duration::from_millis(300) + 10 * site.run(&["version"]).took
}
