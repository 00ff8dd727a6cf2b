//! Every change is a revision: history, rollback, scale, restart, stop, start.

use kubemin_e2e::{Site, component};
use serde_json::{Value, json};

use crate::SOON;

fn shop(site: &Site) -> Value {
    component::application("shop", &site.namespace.name, &[component::web("web")])
}

fn image(site: &Site) -> Value {
    site.expect_object("deployment/web")["spec"]["template"]["spec"]["containers"][0]["image"]
        .clone()
}

#[test]
fn history_shows_what_changed_and_rollback_goes_back() {
    let site = Site::new("life-history", &[]);
    let mut app = shop(&site);
    site.deploy(&app);
    app["components"][0]["image"] = json!(component::OTHER_IMAGE);
    site.deploy(&app);
    let history = site
        .run(&["history", "shop", "-o", "json"])
        .expect(0)
        .json();
    let numbers: Vec<i64> = history["revisions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|revision| revision["revision"].as_i64())
        .collect();
    assert_eq!(numbers, [2, 1], "{history:#}");
    assert_eq!(history["revisions"][0]["current"], true);
    assert_eq!(history["revisions"][0]["taskState"], "completed");
    let first = site
        .run(&["history", "shop", "--revision", "1"])
        .expect(0)
        .out;
    assert!(first.contains(component::IMAGE), "{first}");
    let id = site.status("shop")["id"].clone();
    let path = format!(
        "/api/v1/applications/{}/diff?from=1&to=2",
        id.as_str().unwrap_or_default()
    );
    let (status, diff) = kubemin_e2e::http::get(&site.server.url(), &path);
    assert_eq!(status, 200, "{diff:#}");
    assert!(
        diff.to_string().contains(component::OTHER_IMAGE),
        "{diff:#}"
    );
    site.run(&["rollback", "shop", "--to", "1", "--wait"])
        .expect(0);
    assert_eq!(image(&site), component::IMAGE);
    let status = site.status("shop");
    assert_eq!(status["revision"], 3, "going back is a new revision");
    assert_eq!(status["phase"], "Running");
}

/// Without a number: the newest earlier one that was deployed completely.
#[test]
fn rollback_without_a_number_passes_over_what_failed() {
    let site = Site::new("life-rollback", &[]);
    let mut app = shop(&site);
    site.deploy(&app);
    app["components"][0]["image"] = json!(component::MISSING_IMAGE);
    assert_eq!(site.ended(&site.begin(&app), SOON)["state"], "failed");
    app["components"][0]["replicas"] = json!(2);
    assert_eq!(site.ended(&site.begin(&app), SOON)["state"], "failed");
    site.run(&["rollback", "shop", "--wait"]).expect(0);
    assert_eq!(image(&site), component::IMAGE);
    assert_eq!(site.status("shop")["phase"], "Running");
}

#[test]
fn scale_makes_a_revision_and_the_pods() {
    let site = Site::new("life-scale", &[]);
    site.deploy(&shop(&site));
    site.run(&["scale", "shop/web", "--replicas", "2", "--wait"])
        .expect(0);
    let object = site.expect_object("deployment/web");
    assert_eq!(object["spec"]["replicas"], 2);
    assert_eq!(object["status"]["readyReplicas"], 2);
    let status = site.status("shop");
    assert_eq!(status["revision"], 2, "{status:#}");
    assert_eq!(status["components"][0]["readyReplicas"], 2, "{status:#}");
    let plan = site.run(&["diff", &site.write(&shop(&site))]).expect(1).out;
    assert!(plan.contains("replicas: 2 → 1"), "said first: {plan}");
}

#[test]
fn restart_makes_new_pods_and_later_deployments_keep_them() {
    let site = Site::new("life-restart", &[]);
    site.deploy(&shop(&site));
    let pods = || {
        site.kubectl(&[
            "get",
            "pods",
            "--field-selector=status.phase=Running",
            "-o",
            "jsonpath={.items[*].metadata.name}",
        ])
    };
    let before = pods();
    site.run(&["restart", "shop", "--wait"]).expect(0);
    let after = kubemin_e2e::until("a new pod alone", SOON, || {
        let now = pods();
        (now != before && !now.is_empty() && !now.contains(' ')).then_some(now)
    });
    site.deploy(&shop(&site));
    assert_eq!(pods(), after, "the next deployment does not restart them");
}

#[test]
fn stop_takes_the_pods_and_start_brings_as_many_back() {
    let site = Site::new("life-stop", &[]);
    let mut app = shop(&site);
    app["components"][0]["replicas"] = json!(2);
    site.deploy(&app);
    site.run(&["stop", "shop", "--wait"]).expect(0);
    assert_eq!(site.expect_object("deployment/web")["spec"]["replicas"], 0);
    kubemin_e2e::until("the phase Stopped", SOON, || {
        (site.status("shop")["phase"] == "Stopped").then_some(())
    });
    site.run(&["start", "shop", "--wait"]).expect(0);
    assert_eq!(
        site.expect_object("deployment/web")["status"]["readyReplicas"],
        2
    );
    kubemin_e2e::until("the phase Running", SOON, || {
        (site.status("shop")["phase"] == "Running").then_some(())
    });
}
