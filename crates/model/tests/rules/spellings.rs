//! Spellings, places and notations of the same document.

use kubemin_model::{FieldError, Format, load, revive};
use serde_json::json;

use crate::support::{accepted, load_value, refused_at, with_traits};

#[test]
fn comments_and_trailing_commas_are_accepted_in_json() {
    let text = "{ // the shop\n \"name\": \"shop\", /* one\n component */ \"components\": [{\"name\": \"web\", \"type\": \"webservice\", \"image\": \"http://x//y\",},],\n}\n// end";
    let loaded = load(text, Format::Json);
    let application = loaded.application().expect("valid");
    assert_eq!(
        application.document().components[0].image.as_deref(),
        Some("http://x//y")
    );
}

#[test]
fn yaml_means_what_the_core_schema_says() {
    let text = "name: canal   # a comment\ncomponents:\n- name: lock\n  type: config\n  properties:\n    conf:\n      a: yes\n      b: \"1.10\"\n      c: 'x'\n      d: 2001-01-01\n      e: 1:30\n      f: >-\n        two\n        lines\n      g: 1_000\n";
    let loaded = load(text, Format::Yaml);
    let application = loaded.application().expect("valid");
    let conf = &application.document().components[0]
        .properties
        .as_ref()
        .expect("given")
        .conf;
    assert_eq!(conf["a"], "yes");
    assert_eq!(conf["b"], "1.10");
    assert_eq!(conf["d"], "2001-01-01");
    assert_eq!(conf["e"], "1:30");
    assert_eq!(conf["f"], "two lines");
    assert_eq!(conf["g"], "1_000");
}

#[test]
fn yaml_values_of_another_type_are_not_made_strings() {
    let text = "name: canal\ncomponents:\n- name: lock\n  type: config\n  properties:\n    conf:\n      a: 1.10\n      b: true\n      c:\n      d: 0x1F\n";
    let report = load(text, Format::Yaml).report;
    let found: Vec<_> = report
        .errors
        .iter()
        .map(|error| (error.path.as_str(), error.line, error.column))
        .collect();
    assert_eq!(
        found,
        [
            ("components[0].properties.conf.a", Some(7), Some(10)),
            ("components[0].properties.conf.b", Some(8), Some(10)),
            ("components[0].properties.conf.c", Some(9), Some(8)),
            ("components[0].properties.conf.d", Some(10), Some(10)),
        ]
    );
    assert!(report.errors.iter().all(|error| error.hint.is_some()));
}

#[test]
fn aliases_stand_for_their_value() {
    let text = "name: canal\ncomponents:\n- {name: a, type: webservice, image: x, properties: &p {env: {A: b}}}\n- {name: b, type: webservice, image: x, properties: *p}\n";
    let loaded = load(text, Format::Yaml);
    let components = &loaded.application().expect("valid").document().components;
    assert_eq!(components[0].properties, components[1].properties);
}

#[test]
fn three_spellings_are_one_document() {
    let camel = accepted(
        &json!({"name": "a", "templateEnabled": false, "components": [{"name": "w", "type": "webservice", "image": "i", "template": {"id": "t"}, "traits": {
        "storage": [{"name": "s", "type": "persistent", "mountPath": "/m", "subPath": "x", "tmpCreate": true, "storageClass": "c", "accessModes": ["ReadWriteOnce"]}],
        "envFrom": [{"type": "secret", "sourceName": "x"}],
        "rbac": [{"clusterScope": true, "serviceAccountLabels": {"a": "b"}, "rules": [{"nonResourceURLs": ["/m"], "verbs": ["get"]}]}],
        "ingress": [{"label": {"a": "b"}, "routes": [{"backend": {"serviceName": "x"}}]}]}}]}),
    );
    let snake = accepted(
        &json!({"name": "a", "tmp_enable": false, "component": [{"name": "w", "component_type": "webservice", "image": "i", "tmp": {"id": "t"}, "traits": {
        "storage": [{"name": "s", "type": "persistent", "mount_path": "/m", "sub_path": "x", "tmp_create": true, "storage_class": "c", "access_modes": ["ReadWriteOnce"]}],
        "env_from": [{"type": "secret", "source_name": "x"}],
        "rbac": [{"cluster_scope": true, "service_accountLabels": {"a": "b"}, "rules": [{"non_resource_urls": ["/m"], "verbs": ["get"]}]}],
        "ingress": [{"labels": {"a": "b"}, "routes": [{"backend": {"service_name": "x"}}]}]}}]}),
    );
    let seed = accepted(
        &json!({"name": "a", "tmpEnable": false, "component": [{"name": "w", "componentType": "webservice", "nameSpace": "default", "image": "i", "Tem": {"id": "t"}, "traits": {
        "storage": [{"name": "s", "type": "persistent", "mountPath": "/m", "subPath": "x", "TmpCreate": true, "storageClass": "c", "accessModes": ["ReadWriteOnce"]}],
        "envFrom": [{"type": "secret", "sourceName": "x"}],
        "rbac": [{"clusterScope": true, "service_account_labels": {"a": "b"}, "rules": [{"nonResourceUrls": ["/m"], "verbs": ["get"]}]}],
        "ingress": [{"label": {"a": "b"}, "routes": [{"backend": {"serviceName": "x"}}]}]}}]}),
    );
    assert_eq!(camel, snake);
    assert_eq!(camel, seed);
}

#[test]
fn one_field_in_two_spellings_is_refused_on_every_level() {
    refused_at(
        &json!({"name": "a", "tmp_enable": false, "templateEnabled": false, "components": [{"name": "w", "componentType": "job", "type": "webservice", "image": "i",
            "traits": {"storage": [{"type": "ephemeral", "name": "m", "mount_path": "/a", "mountPath": "/a"}], "envFrom": [{"type": "secret", "sourceName": "a"}], "env_from": []}}]}),
        // serde_json writes keys in alphabetical order; the second one of each pair is named
        &[
            "tmp_enable",
            "components[0].type",
            "components[0].traits.storage[0].mount_path",
            "components[0].traits.env_from",
        ],
    );
}

#[test]
fn one_key_twice_is_refused_everywhere() {
    let text = r#"{"name": "a", "components": [{"name": "w", "type": "webservice", "image": "i", "image": "j",
        "properties": {"env": {"A": "1", "A": "2"}}, "traits": {"scheduling": {"affinity": {"podAffinity": {}, "podAffinity": {}}}}}]}"#;
    let report = load(text, Format::Json).report;
    let paths: Vec<&str> = report
        .errors
        .iter()
        .map(|error| error.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "components[0].image",
            "components[0].properties.env.A",
            "components[0].traits.scheduling.affinity.podAffinity"
        ]
    );
}

#[test]
fn an_unknown_field_names_itself_and_what_was_meant() {
    let hint = |document: &serde_json::Value| {
        let report = load_value(document).report;
        assert_eq!(report.errors.len(), 1, "{:#?}", report.errors);
        assert_eq!(report.errors[0].code, "unknown-field");
        report.errors[0].hint.clone().expect("a hint")
    };
    assert_eq!(
        hint(&with_traits(json!({"storge": []}))),
        "did you mean storage?"
    );
    assert_eq!(
        hint(&with_traits(json!({"resources": {"CPU": "1"}}))),
        "did you mean cpu?"
    );
    assert_eq!(
        hint(
            &json!({"name": "a", "components": [{"name": "w", "type": "webservice", "image": "i", "ports": []}]})
        ),
        "it belongs into properties"
    );
    assert!(hint(&with_traits(json!({"zzzzzzzz": 1}))).starts_with("known here: "));
}

#[test]
fn absent_and_null_are_the_same() {
    accepted(
        &json!({"name": "a", "alias": null, "workflow": null, "components": [{"name": "w", "type": "webservice", "image": "i", "traits": {"storage": null, "resources": null}, "properties": null}]}),
    );
    refused_at(
        &json!({"name": null, "components": [{"name": "w", "type": null, "image": "i"}]}),
        &["name", "components[0].type"],
    );
}

#[test]
fn wrong_shapes_are_all_named_at_once() {
    refused_at(
        &json!({"name": "n", "components": [
            {"name": "a", "type": "webservice", "image": "a:1", "traits": {"storage": {"type": "ephemeral"}, "resources": [], "init": "no", "envs": [5, {"name": "A", "valueFrom": {"static": "x"}}]}},
            {"name": "b", "type": "config", "properties": {"conf": [1]}},
            {"name": "c", "type": "webservice", "image": 7, "replicas": "2", "properties": {"command": "sh -c x", "args": ["a", 1]}},
            "d"]}),
        &[
            "components[0].traits.storage",
            "components[0].traits.resources",
            "components[0].traits.init",
            "components[0].traits.envs[0]",
            "components[1].properties.conf",
            "components[2].image",
            "components[2].replicas",
            "components[2].properties.command",
            "components[2].properties.args[1]",
            "components[3]",
        ],
    );
}

#[test]
fn faults_carry_the_documents_spelling_line_and_column() {
    let text = "{\n  \"name\": \"a\",\n  \"component\": [\n    {\"name\": \"w\", \"type\": \"webservice\", \"image\": \"i\", \"traits\": {\"storage\": [{\"name\": \"s\", \"type\": \"ephemeral\", \"mount_path\": \"x\"}]}}\n  ]\n}";
    let report = load(text, Format::Json).report;
    assert_eq!(report.errors.len(), 1);
    let error = &report.errors[0];
    assert_eq!(error.path, "component[0].traits.storage[0].mount_path");
    assert_eq!((error.line, error.column), (Some(4), Some(113)));
}

#[test]
fn errors_found_later_are_put_into_the_documents_spelling() {
    let text = "name: a\ncomponent:\n- name: w\n  type: webservice\n  image: i\n  properties: {labels: {a.b/c: x}}\nworkflow:\n- {name: s, components: [w]}\n";
    let loaded = load(text, Format::Yaml);
    let place = |path: &str| {
        let error = loaded.locate(FieldError {
            path: path.into(),
            ..FieldError::default()
        });
        (error.path, error.line.expect("a line"))
    };
    assert_eq!(
        place("components[0].image"),
        ("component[0].image".into(), 5)
    );
    assert_eq!(
        place("components[0].traits.rbac[1].roleName"),
        ("component[0].traits.rbac[1].roleName".into(), 3)
    );
    assert_eq!(
        place("components[0].properties.labels[\"a.b/c\"]"),
        ("component[0].properties.labels[\"a.b/c\"]".into(), 6)
    );
    assert_eq!(
        place("workflow.steps[0].components[0]"),
        ("workflow[0].components[0]".into(), 8)
    );
    assert_eq!(place("components[7].name"), ("component[7].name".into(), 2));
    assert_eq!(place("").0, "");
}

#[test]
fn a_stored_document_comes_back_unchanged() {
    let loaded = load(
        "name: A\ncomponents:\n- {name: W_x, type: store, image: i, traits: {storage: [{name: d, type: persistent, size: 5}]}}\nworkflow: [{name: s, components: [W.x]}]\n",
        Format::Yaml,
    );
    let application = loaded.into_result().expect("valid").0;
    let again = revive(application.document().clone()).expect("still valid");
    assert_eq!(application, again);
}

#[test]
fn a_stored_document_is_checked_again() {
    let mut document = load(
        "name: a\ncomponents: [{name: w, type: webservice, image: i}]\n",
        Format::Yaml,
    )
    .into_result()
    .expect("valid")
    .0
    .document()
    .clone();
    document.components[0].image = None;
    let report = revive(document).expect_err("no image");
    assert_eq!(report.errors[0].path, "components[0].image");
}

#[test]
fn the_schema_for_editors_knows_canonical_names_only() {
    let text = kubemin_model::json_schema().to_string();
    assert!(
        !text.contains("x-spellings") && !text.contains("x-aliases") && !text.contains("TmpCreate")
    );
    let schema = kubemin_model::json_schema();
    assert_eq!(
        schema["properties"]["components"]["items"]["$ref"],
        "#/$defs/Component"
    );
    assert_eq!(
        schema["$defs"]["Workflow"]["anyOf"][0]["items"]["$ref"],
        "#/$defs/Step"
    );
}
