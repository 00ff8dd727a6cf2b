//! Names, owners and order of objects.

use std::time::Duration;

use kubemin_e2e::{Namespace, Server, Site, component, document, jobs};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(30);

#[test]
fn a_stateful_set_has_a_governing_service() {
    let site = Site::new("reg-governing", &[]);
    let components = [component::store("db")];
    site.deploy(&component::application(
        "app",
        &site.namespace.name,
        &components,
    ));
    let object = site.expect_object("statefulset/db");
    let name = object["spec"]["serviceName"].as_str().unwrap_or_default();
    let service = site.expect_object(&format!("service/{name}"));
    assert_eq!(service["spec"]["clusterIP"], "None");
}

#[test]
fn a_sibling_knows_the_name_of_a_service_beforehand() {
    let site = Site::new("reg-service", &[]);
    let mut store = component::store("mysql-db");
    store["properties"]["ports"] = json!([{"port": 3306}]);
    let mut web = component::web("backend");
    web["properties"]["env"] = json!({"DB_HOST": "mysql-db"});
    site.deploy(&component::application(
        "shop",
        &site.namespace.name,
        &[store, web],
    ));
    let service = site.expect_object("service/mysql-db");
    assert_eq!(service["spec"]["ports"][0]["port"], 3306);
}

#[test]
fn a_config_map_of_another_application_is_not_overwritten() {
    let site = Site::new("reg-owner", &[]);
    let app = |name: &str, value: &str| {
        let components = [component::config("app-config", value)];
        component::application(name, &site.namespace.name, &components)
    };
    site.deploy(&app("first", "mine"));
    let before = site.expect_object("configmap/app-config");
    let task = site.ended(&site.begin(&app("second", "theirs")), SOON);
    assert_eq!(task["state"], "rejected", "{task:#}");
    assert_eq!(task["reason"], "NameTaken");
    let message = task["message"].as_str().unwrap_or_default();
    assert!(message.contains("first"), "it says who owns it: {message}");
    assert_eq!(site.expect_object("configmap/app-config"), before);
    site.deploy(&app("first", "mine, again"));
}

/// Both want one name in the same moment; one gets it, the other is told, and nothing else suffers.
#[test]
fn one_component_name_in_two_applications_at_once() {
    let site = Site::new("reg-race", &["--workflow-max-concurrent", "20"]);
    for round in 0..4 {
        let name = format!("app-config-{round}");
        let apps = ["a", "b"].map(|side| {
            let components = [component::config(&name, side)];
            component::application(
                &format!("{side}-{round}"),
                &site.namespace.name,
                &components,
            )
        });
        let ids = kubemin_e2e::parallel(apps.to_vec(), 2, |app| site.begin(&app));
        let tasks: Vec<Value> = ids.iter().map(|id| site.ended(id, SOON)).collect();
        let states: Vec<&str> = tasks
            .iter()
            .filter_map(|task| task["state"].as_str())
            .collect();
        let winner = states.iter().position(|state| *state == "completed");
        let winner = winner.unwrap_or_else(|| panic!("nobody won round {round}: {tasks:#?}"));
        let loser = &tasks[1 - winner];
        assert_eq!(loser["state"], "rejected", "round {round}: {loser:#}");
        assert_eq!(loser["reason"], "NameTaken", "{loser:#}");
        let object = site.expect_object(&format!("configmap/{name}"));
        assert_eq!(object["data"]["key"], ["a", "b"][winner]);
        let owner = &object["metadata"]["labels"]["kube-min-cli-appId"];
        assert_eq!(*owner, tasks[winner]["appId"]);
    }
}

#[test]
fn a_service_does_not_wait_for_its_pods() {
    let site = Site::new("reg-early", &[]);
    let mut web = component::slow("web", 3);
    web["properties"]["ports"] = json!([{"port": 8080}]);
    let task = site.deploy(&component::application("app", &site.namespace.name, &[web]));
    let (service, pods) = (
        jobs::span(&task, "Service/web"),
        jobs::span(&task, "Deployment/web"),
    );
    assert!(service.1 < pods.1 - 2_000, "{task:#}");
}

/// Selectors hold nothing that only a database knows: a new one takes the application up where it is.
#[test]
fn labels_and_selectors_outlive_the_database() {
    let namespace = Namespace::new("reg-labels");
    let components = [component::web("web"), component::store("db")];
    let app = component::application("app", &namespace.name, &components);
    let deploy = || {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let server = Server::start(folder.path(), &["--lock-name", &namespace.name]);
        let file = document::write(folder.path(), "app", &app);
        let file = file.to_string_lossy();
        let arguments = ["apply", "-f", &file, "--wait"];
        server.cli(&namespace.name).run(&arguments).expect(0);
        ["deployment/web", "statefulset/db"].map(|object| {
            let found = kubemin_e2e::kubectl::get(&["-n", &namespace.name, object]);
            let found = found.unwrap_or_else(|| panic!("{object} is not there"));
            let keys: Vec<String> = found["spec"]["selector"]["matchLabels"]
                .as_object()
                .into_iter()
                .flat_map(|labels| labels.keys().cloned())
                .collect();
            assert_eq!(keys, ["kube-min-cli-appId", "kube-min-cli-componentName"]);
            // The configuration's own stamp stands on the object, and a Deployment counts that as a generation.
            (
                found["metadata"]["uid"].clone(),
                found["spec"]["template"].clone(),
            )
        })
    };
    let before = deploy();
    assert_eq!(deploy(), before, "the second server changes nothing");
}
