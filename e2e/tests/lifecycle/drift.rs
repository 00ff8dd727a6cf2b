//! Changes by hand are shown and mended, by one write (decision 38).

use kubemin_e2e::{Audit, Site, component};
use serde_json::json;

use crate::SOON;

#[test]
fn drift_is_shown_everywhere_and_mended_by_one_write() {
    let site = Site::new("life-drift", &[]);
    let mut web = component::web("web");
    web["properties"]["env"] = json!({"LEVEL": "info"});
    let components = [component::config("settings", "one"), web];
    let app = component::application("shop", &site.namespace.name, &components);
    site.deploy(&app);
    site.kubectl(&["set", "env", "deployment/web", "LEVEL=debug"]);
    site.kubectl(&["label", "deployment/web", "team=ours"]);
    site.kubectl(&["rollout", "status", "deployment/web", "--timeout=30s"]);
    let file = site.write(&app);
    let diff = site.run(&["diff", &file]).expect(1).out;
    assert!(diff.contains("debug") && diff.contains("info"), "{diff}");
    assert!(!diff.contains("team"), "not our field: {diff}");
    assert!(!diff.contains("settings"), "untouched: {diff}");
    let why = site.run(&["why", "shop"]).expect(0).out;
    assert!(why.contains("changed by hand"), "{why}");
    assert!(why.contains("debug"), "{why}");
    kubemin_e2e::until("status to tell the drift", SOON, || {
        let status = site.run(&["status", "shop", "-o", "json"]).out;
        status.contains("Drifted").then_some(())
    });
    let audit = Audit::start(&site.namespace.name);
    site.deploy(&app);
    if let Some(audit) = audit {
        let objects: Vec<String> = audit
            .writes()
            .into_iter()
            .map(|write| write.object)
            .collect();
        assert_eq!(objects, ["deployments/web"]);
    }
    site.run(&["diff", &file]).expect(0);
    let object = site.expect_object("deployment/web");
    assert_eq!(
        object["metadata"]["labels"]["team"], "ours",
        "what others own stays"
    );
    assert_eq!(
        object["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"],
        "info"
    );
}

#[test]
fn an_object_removed_by_hand_is_missed_and_made_again() {
    let site = Site::new("life-missing", &[]);
    let components = [component::config("settings", "one"), component::web("web")];
    let app = component::application("shop", &site.namespace.name, &components);
    site.deploy(&app);
    site.kubectl(&["delete", "configmap", "settings"]);
    site.kubectl(&["delete", "deployment", "web", "--wait=false"]);
    kubemin_e2e::until("status to be Failed", SOON, || {
        let status = site.status("shop");
        (status["components"][1]["status"] == "Failed").then_some(())
    });
    let why = site.run(&["why", "shop"]).expect(0).out;
    assert!(
        why.contains("ConfigMap/settings is declared and not there"),
        "{why}"
    );
    site.run(&["diff", &site.write(&app)]).expect(1);
    site.deploy(&app);
    site.expect_object("configmap/settings");
    let status = site.status("shop");
    assert_eq!(status["phase"], "Running", "{status:#}");
}
