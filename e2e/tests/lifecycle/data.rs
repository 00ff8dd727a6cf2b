//! Deleting an application, and its data (decision 41).

use kubemin_e2e::{Site, component};
use serde_json::{Value, json};

use crate::SOON;

fn shop(site: &Site) -> Value {
    let mut web = component::web("web");
    web["properties"]["ports"] = json!([{"port": 8080}]);
    web["traits"]["storage"] = json!([component::volume("16Mi")]);
    component::application("shop", &site.namespace.name, &[web])
}

fn claims(site: &Site) -> String {
    site.kubectl(&["get", "pvc", "-o", "jsonpath={.items[*].metadata.uid}"])
}

#[test]
fn delete_plans_keeps_data_and_purges_only_when_told() {
    let site = Site::new("life-delete", &[]);
    site.deploy(&shop(&site));
    let uid = claims(&site);
    let plan = site.run(&["delete", "shop", "--plan"]).expect(0).out;
    for word in [
        "Deployment/web",
        "Service/web",
        "PersistentVolumeClaim/pvc-data-",
        "keep",
    ] {
        assert!(plan.contains(word), "no {word} in: {plan}");
    }
    site.expect_object("deployment/web");
    site.run(&["delete", "shop", "--yes"]).expect(0);
    assert!(site.object("deployment/web").is_none());
    assert!(site.object("service/web").is_none());
    assert_eq!(claims(&site), uid, "data is kept");
    site.run(&["status", "shop"]).expect(1);
    kept_data_comes_back(&site, &uid);
    let plan = site
        .run(&["delete", "shop", "--plan", "--purge-data"])
        .expect(0)
        .out;
    assert!(plan.contains("purged"), "{plan}");
    site.run(&["delete", "shop", "--purge-data", "--yes"])
        .expect(0);
    assert_eq!(claims(&site), "", "data is purged");
}

fn kept_data_comes_back(site: &Site, uid: &str) {
    let app = shop(site);
    let file = site.write(&app);
    let plan = site.run(&["plan", &file]).expect(0).out;
    assert!(plan.contains("re-attaches data of"), "{plan}");
    let fresh = site.apply(&app, &["--fresh", "--wait"]).expect(1);
    assert!(fresh.all().contains("--fresh"), "{}", fresh.all());
    assert!(site.object("deployment/web").is_none(), "nothing was made");
    site.deploy(&app);
    assert_eq!(claims(site), uid, "the same claim again");
}

#[test]
fn a_shared_claim_outlives_all_but_its_last_user() {
    let site = Site::new("life-shared", &[]);
    let app = |name: &str| {
        let mut web = component::web(&format!("web-{name}"));
        web["traits"]["storage"] = json!([{"type": "persistent", "name": "common", "mountPath": "/data",
            "tmpCreate": false, "size": "16Mi"}]);
        component::application(name, &site.namespace.name, &[web])
    };
    site.deploy(&app("first"));
    let uid = claims(&site);
    site.deploy(&app("second"));
    assert_eq!(claims(&site), uid, "one claim for both");
    let plan = site
        .run(&["delete", "first", "--plan", "--purge-data"])
        .expect(0)
        .out;
    assert!(plan.contains("second"), "it says who uses it too: {plan}");
    site.run(&["delete", "first", "--purge-data", "--yes"])
        .expect(0);
    assert_eq!(claims(&site), uid, "the second uses it");
    site.run(&["delete", "second", "--purge-data", "--yes"])
        .expect(0);
    kubemin_e2e::until("the claim to go with its last user", SOON, || {
        claims(&site).is_empty().then_some(())
    });
}

#[test]
fn claims_of_a_stateful_set_come_back_too() {
    let site = Site::new("life-sts-data", &[]);
    let mut store = component::store_with_volume("db", "16Mi");
    store["properties"]["command"] = json!([
        "sh",
        "-c",
        "cat /data/word || echo kept > /data/word; trap 'exit 0' TERM; sleep 86400 & wait"
    ]);
    let app = component::application("shop", &site.namespace.name, &[store]);
    site.deploy(&app);
    let uid = claims(&site);
    site.run(&["delete", "shop", "--yes"]).expect(0);
    assert_eq!(claims(&site), uid);
    site.deploy(&app);
    assert_eq!(claims(&site), uid);
    let words = kubemin_e2e::until("the words of the first life", SOON, || {
        let words = site.run(&["logs", "shop/db"]).out;
        words.contains("kept").then_some(words)
    });
    assert!(!words.contains("No such file"), "{words}");
    let plan = site
        .run(&["delete", "shop", "--plan", "--purge-data"])
        .expect(0)
        .out;
    assert!(plan.contains("PersistentVolumeClaim"), "{plan}");
    site.run(&["delete", "shop", "--purge-data", "--yes"])
        .expect(0);
    assert_eq!(claims(&site), "");
}
