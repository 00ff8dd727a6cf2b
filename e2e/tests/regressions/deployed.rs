//! `completed` means deployed.

use std::time::Duration;

use kubemin_e2e::{Site, component, http};
use serde_json::{Value, json};

/// Everything that `render` prints of a document, as `kind/name`.
fn rendered(site: &Site, app: &Value) -> Vec<String> {
    let out = site.run(&["render", &site.write(app)]).expect(0).out;
    let file = kubemin_e2e::kubectl::kubectl_with_input(
        &[
            "create",
            "--dry-run=client",
            "--validate=false",
            "-o",
            "name",
            "-f",
            "-",
        ],
        &out,
    );
    file.lines().map(str::to_owned).collect()
}

#[track_caller]
fn everything_is_there(site: &Site, app: &Value) {
    let wanted = rendered(site, app);
    assert!(!wanted.is_empty());
    for object in wanted {
        site.expect_object(&object);
    }
}

/// The document with which the other program reported `completed` without a StatefulSet.
#[test]
fn an_init_image_at_top_level_is_understood() {
    let site = Site::new("reg-init", &[]);
    let mut store = component::store("mysql");
    store["traits"]["init"] = json!([{"name": "prepare", "image": component::IMAGE,
        "properties": {"command": ["true"]}}]);
    let app = component::application("init", &site.namespace.name, &[store]);
    site.deploy(&app);
    everything_is_there(&site, &app);
    let object = site.expect_object("statefulset/mysql");
    let image = &object["spec"]["template"]["spec"]["initContainers"][0]["image"];
    assert_eq!(image, component::IMAGE);
}

#[test]
fn env_from_config_map_deploys_everything_that_is_declared() {
    let site = Site::new("reg-envfrom", &[]);
    let mut backend = component::web("backend");
    backend["properties"]["ports"] = json!([{"port": 8080}]);
    backend["traits"] = json!({
        "env_from": [{"type": "configMap", "source_name": "app-config"}],
        "rbac": [{"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}],
        "ingress": [{"name": "front", "routes": [{"path": "/", "backend": {"serviceName": "backend", "servicePort": 8080}}]}]
    });
    let components = [
        component::config("app-config", "value"),
        component::store("database"),
        backend,
    ];
    let app = component::application("complete", &site.namespace.name, &components);
    site.deploy(&app);
    everything_is_there(&site, &app);
    for object in [
        "deployment/backend",
        "ingress/front",
        "serviceaccount/backend-sa",
        "role/backend-sa-role",
    ] {
        site.expect_object(object);
    }
}

#[test]
fn a_service_reaches_only_the_pods_of_its_component() {
    let site = Site::new("reg-selector", &[]);
    let with_port = |mut component: Value, port: u32| {
        component["properties"]["ports"] = json!([{"port": port}]);
        component
    };
    let components = [
        with_port(component::store("database"), 3306),
        with_port(component::web("backend"), 8080),
    ];
    let app = component::application("two", &site.namespace.name, &components);
    site.deploy(&app);
    for (service, port) in [("backend", 8080), ("database", 3306)] {
        let slice = kubemin_e2e::until("an endpoint", Duration::from_secs(10), || {
            let label = format!("kubernetes.io/service-name={service}");
            let slices = site.kubectl(&["get", "endpointslices", "-l", &label, "-o", "json"]);
            let slices: Value = serde_json::from_str(&slices).ok()?;
            let first = slices["items"].get(0)?.clone();
            first["endpoints"].as_array().is_some().then_some(first)
        });
        let pods: Vec<&str> = slice["endpoints"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|endpoint| endpoint["targetRef"]["name"].as_str())
            .collect();
        assert_eq!(pods.len(), 1, "{slice:#}");
        assert!(pods[0].starts_with(service), "{service} leads to {pods:?}");
        assert_eq!(slice["ports"][0]["port"], port);
    }
}

/// A document that must be refused with the place of the fault, and of which nothing is kept.
#[track_caller]
fn refused(site: &Site, app: &Value, places: &[&str]) {
    let path = "/api/v1/applications";
    let (status, answer) = http::post(&site.server.url(), path, &app.to_string());
    assert!((400..500).contains(&status), "{status}: {answer}");
    let errors = answer["errors"].to_string();
    for place in places {
        assert!(errors.contains(place), "no word of {place} in {answer:#}");
    }
    let (status, list) = http::get(&site.server.url(), path);
    assert_eq!(status, 200);
    assert_eq!(list["applications"], json!([]), "nothing is stored");
}

#[test]
fn a_workflow_of_unknown_components_is_refused() {
    let site = Site::new("reg-unknown", &[]);
    let components = [component::web("backend")];
    let mut app = component::application("unknown", &site.namespace.name, &components);
    app["workflow"] = json!([{"name": "all", "components": ["frontend", "backend", "database"]}]);
    refused(
        &site,
        &app,
        &["workflow[0].components[0]", "workflow[0].components[2]"],
    );
}

#[test]
fn two_components_of_one_name_are_refused() {
    let site = Site::new("reg-duplicate", &[]);
    let components = [component::web("backend"), component::store("backend")];
    let app = component::application("duplicate", &site.namespace.name, &components);
    refused(&site, &app, &["components[1].name"]);
}

#[test]
fn an_rbac_policy_without_rules_is_refused() {
    let site = Site::new("reg-rules", &[]);
    let mut web = component::web("backend");
    web["traits"]["rbac"] = json!([{"serviceAccount": "reader"}]);
    let app = component::application("rules", &site.namespace.name, &[web]);
    refused(&site, &app, &["components[0].traits.rbac[0].rules"]);
}

#[test]
fn an_unknown_type_and_an_unknown_field_are_refused() {
    let site = Site::new("reg-typo", &[]);
    let mut web = component::web("backend");
    web["type"] = json!("webservicee");
    web["replicaz"] = json!(2);
    let app = component::application("typo", &site.namespace.name, &[web]);
    refused(
        &site,
        &app,
        &["components[0].type", "components[0].replicaz"],
    );
}
