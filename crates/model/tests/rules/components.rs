//! Rules of components, their properties and policies, and of the application.

use crate::support::{accepted, load_value, refused_at, warned_at, with_components};
use serde_json::{Value, json};

fn web(extra: Value) -> Value {
    let mut component = json!({"name": "web", "type": "webservice", "image": "web:1"});
    if let (Some(component), Value::Object(extra)) = (component.as_object_mut(), extra) {
        component.extend(extra);
    }
    with_components(json!([component]))
}

#[test]
fn an_application_has_a_name_and_a_component() {
    refused_at(
        &json!({"components": [{"type": "config", "properties": {"conf": {"a": "b"}}}]}),
        &["name", "components[0].name"],
    );
    refused_at(&json!({"name": "a", "components": []}), &["components"]);
    refused_at(&json!({"name": "a"}), &["components"]);
    refused_at(
        &json!({"name": "应用", "components": [{"name": "--", "type": "config", "properties": {"conf": {"a": "b"}}}]}),
        &["name", "components[0].name"],
    );
}

#[test]
fn ids_are_short_lower_case_words() {
    for id in ["", "A1", "a b", "-a", "a_b"] {
        let mut document = web(json!({}));
        document["id"] = json!(id);
        refused_at(&document, &["id"]);
    }
    let mut document = web(json!({}));
    document["ID"] = json!("1us2dy3a2yhczm8yes6spm88");
    assert_eq!(accepted(&document)["id"], "1us2dy3a2yhczm8yes6spm88");
}

#[test]
fn a_derived_id_is_stable_and_differs_by_namespace_and_name() {
    let id = |namespace: &str, name: &str| {
        let mut document = web(json!({}));
        document["namespace"] = json!(namespace);
        document["name"] = json!(name);
        accepted(&document)["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    let first = id("hill", "orchard");
    assert_eq!(first, id("hill", "Orchard"));
    assert_ne!(first, id("hill", "brewery"));
    assert_ne!(first, id("dale", "orchard"));
    assert_eq!(first.len(), 24);
    assert!(first.starts_with(|letter: char| letter.is_ascii_lowercase()));
    assert!(
        first
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    );
}

#[test]
fn components_do_not_fall_together() {
    let config =
        |name: &str| json!({"name": name, "type": "config", "properties": {"conf": {"a": "b"}}});
    refused_at(
        &with_components(json!([config("Menu"), config("menu")])),
        &["components[1].name"],
    );
    refused_at(
        &with_components(json!([config("a_b"), config("a.b"), config("a b")])),
        &["components[1].name", "components[2].name"],
    );
}

#[test]
fn names_fit_what_they_become() {
    let named = |name: &str, kind: &str| {
        with_components(
            json!([{"name": name, "type": kind, "image": "a:1", "properties": {"ports": [{"port": 80}]}}]),
        )
    };
    refused_at(
        &named(&"a".repeat(64), "webservice"),
        &["components[0].name"],
    );
    warned_at(&named(&"a".repeat(63), "webservice"), &[]);
    refused_at(&named("1st", "webservice"), &["components[0].name"]);
    let cron = json!([{"name": "a".repeat(53), "type": "cronjob", "image": "a:1", "properties": {"schedule": "@daily"}}]);
    refused_at(&with_components(cron), &["components[0].name"]);
    warned_at(
        &named(&"a".repeat(60), "statefulservice"),
        &["components[0].name"],
    );
}

#[test]
fn images_are_needed_and_unambiguous() {
    for kind in ["webservice", "statefulservice", "store", "job"] {
        refused_at(
            &with_components(json!([{"name": "a", "type": kind}])),
            &["components[0].image"],
        );
    }
    refused_at(
        &web(json!({"properties": {"image": "web:2"}})),
        &["components[0].properties.image"],
    );
    refused_at(&web(json!({"image": "web: 1"})), &["components[0].image"]);
    refused_at(&web(json!({"image": ""})), &["components[0].image"]);
    warned_at(&web(json!({"properties": {"image": "web:1"}})), &[]);
    warned_at(
        &with_components(json!([{"name": "a", "type": "webservice", "template": {"id": "mysql"}}])),
        &[],
    );
}

#[test]
fn an_unknown_type_has_no_consequences() {
    refused_at(
        &with_components(
            json!([{"name": "a", "type": "webservce", "properties": {"conf": {"a": "b"}}}, {"name": "b"}]),
        ),
        &["components[0].type", "components[1].type"],
    );
}

#[test]
fn content_belongs_to_its_type() {
    refused_at(
        &web(json!({"properties": {"conf": {"a": "b"}, "secret": {"c": "d"}}})),
        &[
            "components[0].properties.conf",
            "components[0].properties.secret",
        ],
    );
    let data = |kind: &str, properties: Value| {
        with_components(json!([{"name": "a", "type": kind, "properties": properties}]))
    };
    refused_at(
        &data("config", json!({"conf": {"a b": "x"}})),
        &["components[0].properties.conf[\"a b\"]"],
    );
    refused_at(
        &data("secret", json!({"secret": {"..": "x"}})),
        &["components[0].properties.secret[\"..\"]"],
    );
    refused_at(
        &data(
            "config",
            json!({"conf": {"a": "x".repeat(1 << 20), "b": "y"}}),
        ),
        &["components[0].properties.conf"],
    );
    refused_at(
        &data(
            "config",
            json!({"conf": {"a": "x"}, "binaryConf": {"a": "eA==", "b": "e"}}),
        ),
        &[
            "components[0].properties.binaryConf.a",
            "components[0].properties.binaryConf.b",
        ],
    );
    warned_at(
        &data(
            "config",
            json!({"conf": {"database.host": "x", "_a-B.1": ""}}),
        ),
        &[],
    );
    warned_at(
        &data("config", json!({})),
        &["components[0].properties.conf"],
    );
    warned_at(
        &with_components(
            json!([{"name": "a", "type": "config", "image": "x", "replicas": 2, "properties": {"conf": {"a": "b"}, "env": {"A": "b"}}, "traits": {"envFrom": [{"type": "secret", "sourceName": "x"}]}}]),
        ),
        &[
            "components[0].image",
            "components[0].replicas",
            "components[0].properties.env",
            "components[0].traits",
        ],
    );
}

#[test]
fn secret_values_are_never_repeated() {
    let document = with_components(
        json!([{"name": "a", "type": "secret", "properties": {"secret": {"password": 53871}}}]),
    );
    let loaded = load_value(&document);
    assert_eq!(loaded.report.errors.len(), 1);
    assert!(!format!("{:?}", loaded.report).contains("53871"));
}

#[test]
fn ports_are_whole_in_range_and_there_once() {
    refused_at(
        &web(
            json!({"properties": {"ports": [{"port": 0}, {"port": 65536}, {"port": -80}, {"port": 80.5}, {"port": 8080}, {"port": 8080}, {"port": "80"}]}}),
        ),
        &[
            "components[0].properties.ports[0].port",
            "components[0].properties.ports[1].port",
            "components[0].properties.ports[2].port",
            "components[0].properties.ports[3].port",
            "components[0].properties.ports[5].port",
            "components[0].properties.ports[6].port",
        ],
    );
    refused_at(
        &web(
            json!({"properties": {"ports": [{"port": 80, "name": "HTTP"}, {"port": 81, "name": "a"}, {"port": 82, "name": "a"}, {"port": 83, "protocol": "HTTP"}, {"port": 84, "name": "0123456789abcdef"}, {"port": 85, "name": "80"}]}}),
        ),
        &[
            "components[0].properties.ports[0].name",
            "components[0].properties.ports[2].name",
            "components[0].properties.ports[3].protocol",
            "components[0].properties.ports[4].name",
            "components[0].properties.ports[5].name",
        ],
    );
    warned_at(
        &web(
            json!({"properties": {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53}, {"port": 80, "name": "http", "expose": false, "targetPort": 8080}]}}),
        ),
        &[],
    );
}

#[test]
fn labels_and_variables_are_legal() {
    refused_at(
        &web(
            json!({"properties": {"labels": {"colour": "not valid!", "a/b/c": "x"}, "env": {"1A": "x"}, "annotations": {"a b": "x"}}}),
        ),
        &[
            "components[0].properties.labels.colour",
            "components[0].properties.labels[\"a/b/c\"]",
            "components[0].properties.env[\"1A\"]",
            "components[0].properties.annotations[\"a b\"]",
        ],
    );
    warned_at(
        &web(json!({"properties": {"labels": {"kube-min-cli-appId": "x", "team": ""}}})),
        &["components[0].properties.labels.kube-min-cli-appId"],
    );
}

#[test]
fn a_component_lives_in_the_applications_namespace() {
    refused_at(
        &web(json!({"nameSpace": "other"})),
        &["components[0].nameSpace"],
    );
    warned_at(&web(json!({"nameSpace": "default"})), &[]);
}

#[test]
fn cronjobs_have_a_schedule_and_nobody_else() {
    let cron = |schedule: Value| {
        with_components(
            json!([{"name": "a", "type": "cronjob", "image": "a:1", "properties": {"schedule": schedule}}]),
        )
    };
    refused_at(
        &with_components(json!([{"name": "a", "type": "cronjob", "image": "a:1"}])),
        &["components[0].properties.schedule"],
    );
    for schedule in [
        "",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "*/0 * * * *",
        "5-1 * * * *",
        "a * * * *",
        "1,,2 * * * *",
        "@reboot",
    ] {
        refused_at(
            &cron(json!(schedule)),
            &["components[0].properties.schedule"],
        );
    }
    for schedule in [
        "0 3 * * *",
        "*/15 0-6/2 1,15 jan-MAR mon-fri",
        "@daily",
        "0 0 ? * 0",
    ] {
        warned_at(&cron(json!(schedule)), &[]);
    }
    refused_at(
        &web(json!({"properties": {"schedule": "@daily"}})),
        &["components[0].properties.schedule"],
    );
}

#[test]
fn policies_are_known_words_and_durations() {
    refused_at(
        &web(
            json!({"policies": {"imagePullPolicy": "Sometimes", "restartPolicy": "Never", "timeout": "90", "whenUnschedulable": "panic", "imagePullSecrets": [""]}}),
        ),
        &[
            "components[0].policies.imagePullPolicy",
            "components[0].policies.restartPolicy",
            "components[0].policies.timeout",
            "components[0].policies.whenUnschedulable",
            "components[0].policies.imagePullSecrets[0]",
        ],
    );
    let job = |policies: Value| {
        with_components(json!([{"name": "a", "type": "job", "image": "a:1", "policies": policies}]))
    };
    refused_at(
        &job(
            json!({"restartPolicy": "Always", "backoffLimit": -1, "activeDeadline": "500ms", "ttlAfterFinished": "soon", "timeout": "0s"}),
        ),
        &[
            "components[0].policies.restartPolicy",
            "components[0].policies.backoffLimit",
            "components[0].policies.activeDeadline",
            "components[0].policies.ttlAfterFinished",
            "components[0].policies.timeout",
        ],
    );
    warned_at(
        &job(
            json!({"restartPolicy": "OnFailure", "backoffLimit": 3, "activeDeadline": "10m", "ttlAfterFinished": "0s", "timeout": "1h30m"}),
        ),
        &[],
    );
    warned_at(
        &web(json!({"policies": {"backoffLimit": 3}})),
        &["components[0].policies.backoffLimit"],
    );
}

#[test]
fn components_wait_for_known_others_without_a_ring() {
    let waiting = |name: &str, wanted: Value| json!({"name": name, "type": "webservice", "image": "a:1", "dependsOn": wanted});
    refused_at(
        &with_components(json!([
            waiting("a", json!(["a"])),
            waiting("b", json!(["nobody"]))
        ])),
        &["components[0].dependsOn[0]", "components[1].dependsOn[0]"],
    );
    refused_at(
        &with_components(json!([
            waiting("a", json!(["b"])),
            waiting("b", json!(["c"])),
            waiting("c", json!(["A"]))
        ])),
        &["components[2].dependsOn[0]"],
    );
    warned_at(
        &with_components(json!([
            waiting("a", json!(["b", "C"])),
            waiting("b", json!(["c"])),
            waiting("c", json!([]))
        ])),
        &[],
    );
}

#[test]
fn a_claim_of_one_node_under_several_pods_is_warned_about() {
    let replicated = |kind: &str, replicas: i32, storage: Value| {
        with_components(
            json!([{"name": "a", "type": kind, "image": "a:1", "replicas": replicas, "traits": {"storage": [storage]}}]),
        )
    };
    let own = json!({"name": "d", "type": "persistent", "tmpCreate": true});
    warned_at(&replicated("webservice", 1, own.clone()), &[]);
    warned_at(
        &replicated("webservice", 2, own.clone()),
        &["components[0].traits.storage[0]"],
    );
    warned_at(&replicated("statefulservice", 2, own), &[]);
    warned_at(
        &replicated(
            "webservice",
            2,
            json!({"name": "d", "type": "persistent", "accessModes": ["ReadWriteMany"]}),
        ),
        &[],
    );
}

#[test]
fn config_keys_that_no_shell_can_read_are_warned_about() {
    let document = with_components(json!([
        {"name": "settings", "type": "config", "properties": {"conf": {"database.host": "x", "PORT": "1"}}},
        {"name": "web", "type": "webservice", "image": "a:1", "traits": {"envFrom": [{"type": "configMap", "sourceName": "Settings"}], "envs": [{"name": "A", "valueFrom": {"config": {"name": "settings", "key": "nope"}}}]}}]));
    warned_at(
        &document,
        &[
            "components[1].traits.envFrom[0].sourceName",
            "components[1].traits.envs[0].valueFrom.config.key",
        ],
    );
}
