//! Changes of a document, and what each of them writes.

use kubemin_e2e::{Audit, Site, component, jobs};
use serde_json::{Value, json};

use crate::SOON;

/// An application with an object of most kinds.
fn everything(site: &Site) -> Value {
    let mut web = component::web("web");
    web["properties"]["ports"] = json!([{"port": 8080}]);
    web["traits"] = json!({
        "envFrom": [{"type": "configMap", "sourceName": "settings"}],
        "rbac": [{"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}],
        "resources": {"cpu": "0.01", "memory": "32Mi"},
        "ingress": [{"name": "front", "routes": [{"path": "/", "backend": {"serviceName": "web", "servicePort": 8080}}]}]
    });
    let secret =
        json!({"name": "pass", "type": "secret", "properties": {"secret": {"word": "xyzzy"}}});
    let components = [
        component::config("settings", "one"),
        secret,
        component::store_with_volume("db", "16Mi"),
        component::job("migrate", "true"),
        web,
    ];
    component::application("shop", &site.namespace.name, &components)
}

#[test]
fn an_unchanged_document_writes_nothing() {
    let site = Site::new("life-same", &[]);
    let app = everything(&site);
    site.deploy(&app);
    let audit = Audit::start(&site.namespace.name);
    let task = site.deploy(&app);
    assert!(jobs::all(&task).iter().all(|job| !job.changed), "{task:#}");
    site.run(&["diff", &site.write(&app)]).expect(0);
    if let Some(audit) = audit {
        assert_eq!(audit.writes(), [], "writes of an unchanged deployment");
    }
}

#[test]
fn an_image_change_is_one_write_and_reaches_every_pod_of_a_stateful_set() {
    let site = Site::new("life-image", &[]);
    let mut store = component::store_with_volume("db", "16Mi");
    store["replicas"] = json!(2);
    let mut app = component::application("shop", &site.namespace.name, &[store]);
    site.deploy(&app);
    let claims =
        |site: &Site| site.kubectl(&["get", "pvc", "-o", "jsonpath={.items[*].metadata.uid}"]);
    let before = claims(&site);
    let audit = Audit::start(&site.namespace.name);
    app["components"][0]["image"] = json!(component::OTHER_IMAGE);
    site.deploy(&app);
    let images = site.kubectl(&[
        "get",
        "pods",
        "-o",
        "jsonpath={.items[*].spec.containers[*].image}",
    ]);
    assert_eq!(images, [component::OTHER_IMAGE; 2].join(" "));
    assert_eq!(claims(&site), before, "the same claims");
    if let Some(audit) = audit {
        let writes: Vec<String> = audit
            .writes()
            .into_iter()
            .map(|write| write.object)
            .collect();
        assert_eq!(writes, ["statefulsets/db"]);
    }
}

/// What Kubernetes forbids is told before the first write, with the way out.
#[track_caller]
fn told_before_the_first_write(site: &Site, app: &Value, reason: &str, words: &[&str]) {
    let audit = Audit::start(&site.namespace.name);
    let file = site.write(app);
    let plan = site.run(&["plan", &file]).out;
    assert!(plan.contains("refused"), "plan says it too: {plan}");
    let task = site.ended(&site.begin(app), SOON);
    assert_eq!(task["state"], "rejected", "{task:#}");
    assert_eq!(task["reason"], reason, "{task:#}");
    let message = task["message"].as_str().unwrap_or_default();
    for word in words {
        assert!(message.contains(word), "no word of {word}: {message}");
    }
    assert!(message.contains("What to do"), "the way out: {message}");
    assert!(jobs::all(&task).iter().all(|job| job.started.is_none()));
    if let Some(audit) = audit {
        assert_eq!(audit.writes(), [], "nothing was written");
    }
}

#[test]
fn another_volume_size_of_a_stateful_set_is_told_before_the_first_write() {
    let site = Site::new("life-fixed", &[]);
    let app = |size: &str, value: &str| {
        let components = [
            component::config("settings", value),
            component::store_with_volume("db", size),
        ];
        component::application("shop", &site.namespace.name, &components)
    };
    site.deploy(&app("16Mi", "one"));
    told_before_the_first_write(
        &site,
        &app("32Mi", "two"),
        "FixedField",
        &["volumeClaimTemplates"],
    );
    told_before_the_first_write(&site, &app("8Mi", "two"), "ClaimShrinks", &["16Mi", "8Mi"]);
    let object = site.expect_object("configmap/settings");
    assert_eq!(object["data"]["key"], "one");
}

#[test]
fn a_smaller_claim_is_told_before_the_first_write() {
    let site = Site::new("life-shrink", &[]);
    let app = |size: &str| {
        let mut web = component::web("web");
        web["traits"]["storage"] = json!([component::volume(size)]);
        component::application("shop", &site.namespace.name, &[web])
    };
    site.deploy(&app("64Mi"));
    told_before_the_first_write(&site, &app("32Mi"), "ClaimShrinks", &["64Mi", "32Mi"]);
}

#[test]
fn changed_configuration_restarts_its_users_and_plan_says_so() {
    let site = Site::new("life-config", &[]);
    let app = |value: &str| {
        let mut user = component::web("user");
        user["traits"]["envFrom"] = json!([{"type": "configMap", "sourceName": "settings"}]);
        let components = [
            component::config("settings", value),
            user,
            component::web("other"),
        ];
        component::application("shop", &site.namespace.name, &components)
    };
    let pods = |name: &str| {
        let label = format!("kube-min-cli-componentName={name}");
        site.kubectl(&[
            "get",
            "pods",
            "-l",
            &label,
            "--field-selector=status.phase=Running",
            "-o",
            "jsonpath={.items[*].metadata.name}",
        ])
    };
    site.deploy(&app("one"));
    let (user, other) = (pods("user"), pods("other"));
    let changed = app("two");
    let plan = site.run(&["plan", &site.write(&changed)]).expect(0).out;
    assert!(plan.contains("restarts user: settings changed"), "{plan}");
    assert!(!plan.contains("restarts other"), "{plan}");
    site.deploy(&changed);
    kubemin_e2e::until("a new pod of the user alone", SOON, || {
        let now = pods("user");
        (now != user && !now.is_empty() && !now.contains(' ')).then_some(())
    });
    assert_eq!(pods("other"), other, "the other was not restarted");
    let env = site.kubectl(&["exec", "deployment/user", "--", "sh", "-c", "echo $key"]);
    assert_eq!(env.trim(), "two");
}

#[test]
fn what_is_no_longer_declared_goes_last_and_claims_are_kept() {
    let site = Site::new("life-prune", &[]);
    let mut gone = component::web("gone");
    gone["properties"]["ports"] = json!([{"port": 8080}]);
    gone["traits"]["storage"] = json!([component::volume("16Mi")]);
    let all = [
        component::config("settings", "one"),
        gone,
        component::web("web"),
    ];
    site.deploy(&component::application("shop", &site.namespace.name, &all));
    let claim = site.kubectl(&["get", "pvc", "-o", "name"]);
    assert_eq!(claim.lines().count(), 1);
    let rest = [
        component::config("settings", "two"),
        component::slow("web", 1),
    ];
    let task = site.deploy(&component::application("shop", &site.namespace.name, &rest));
    let (removals, others): (Vec<_>, Vec<_>) = jobs::all(&task)
        .into_iter()
        .partition(|job| job.object.ends_with("/gone"));
    let first_removal = removals.iter().filter_map(|job| job.started).min();
    let last_other = others.iter().filter_map(|job| job.finished).max();
    assert!(
        first_removal >= last_other && first_removal.is_some(),
        "{task:#}"
    );
    for object in ["deployment/gone", "service/gone"] {
        kubemin_e2e::until(&format!("{object} to go"), SOON, || {
            site.object(object).is_none().then_some(())
        });
    }
    assert_eq!(site.kubectl(&["get", "pvc", "-o", "name"]), claim);
}

#[test]
fn a_job_runs_again_when_it_changed_and_not_otherwise() {
    let site = Site::new("life-job", &[]);
    let app = |line: &str| {
        let components = [component::job("migrate", line)];
        component::application("shop", &site.namespace.name, &components)
    };
    let uid = || site.expect_object("job/migrate")["metadata"]["uid"].clone();
    site.deploy(&app("echo one"));
    let first = uid();
    site.deploy(&app("echo one"));
    assert_eq!(uid(), first, "unchanged: not run again");
    site.deploy(&app("echo two"));
    assert_ne!(uid(), first, "changed: run again");
    let words = site.run(&["logs", "shop/migrate"]).expect(0).out;
    assert!(words.contains("two"), "{words}");
    let status = site.status("shop");
    assert_eq!(status["components"][0]["status"], "Completed", "{status:#}");
}

#[test]
fn a_document_in_another_order_restarts_nothing() {
    let site = Site::new("life-order", &[]);
    let mut app = everything(&site);
    site.deploy(&app);
    let pods = || site.kubectl(&["get", "pods", "-o", "jsonpath={.items[*].metadata.uid}"]);
    let before = pods();
    let audit = Audit::start(&site.namespace.name);
    if let Some(components) = app["components"].as_array_mut() {
        components.reverse();
    }
    app["version"] = json!("2.0.0");
    site.deploy(&app);
    assert_eq!(pods(), before, "the same pods");
    if let Some(audit) = audit {
        let removed: Vec<_> = audit
            .writes()
            .into_iter()
            .filter(|write| write.verb == "delete")
            .collect();
        assert_eq!(removed, []);
    }
}
