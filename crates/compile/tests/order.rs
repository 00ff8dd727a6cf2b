//! Apply order and determinism (seed 000, Step 与 Priority 执行顺序; app-plane §4; decision 37).

mod rendered;

use std::collections::BTreeMap;

use kubemin_compile::render_yaml;
use kubemin_objects::Object;
use proptest::prelude::*;
use rendered::{examples, rendered};
use serde_json::{Value, json};

fn component(name: &str, kind: &str) -> Value {
    match kind {
        "config" => json!({"name": name, "type": kind, "properties": {"conf": {"k": "v"}}}),
        "secret" => json!({"name": name, "type": kind, "properties": {"secret": {"k": "v"}}}),
        _ => json!({"name": name, "type": kind, "image": "a:1"}),
    }
}

fn names(document: &Value) -> Vec<String> {
    let all = rendered(document).names();
    all.into_iter()
        .filter(|key| !key.starts_with("Service/"))
        .collect()
}

#[test]
fn without_a_workflow_configuration_comes_first_then_stores_then_jobs_then_services() {
    let document = json!({"name": "band", "components": [
        component("front", "webservice"), component("setup", "job"), component("base", "store"),
        component("pass", "secret"), component("conf", "config")]});
    assert_eq!(
        names(&document),
        [
            "Secret/pass",
            "ConfigMap/conf",
            "StatefulSet/base",
            "Job/setup",
            "Deployment/front"
        ]
    );
}

#[test]
fn a_workflow_decides_inside_a_priority() {
    let document = json!({"name": "band", "components": [
        component("base", "store"), component("front", "webservice"), component("conf", "config")],
        "workflow": [{"name": "one", "components": ["front"]}, {"name": "two", "components": ["base", "conf"]}]});
    assert_eq!(
        names(&document),
        ["ConfigMap/conf", "Deployment/front", "StatefulSet/base"]
    );
}

#[test]
fn a_component_comes_after_those_it_depends_on() {
    let mut first = component("a", "webservice");
    first["dependsOn"] = json!(["c"]);
    let document = json!({"name": "band", "components": [first, component("b", "webservice"), component("c", "webservice")]});
    assert_eq!(
        names(&document),
        ["Deployment/b", "Deployment/c", "Deployment/a"]
    );
}

/// Objects by identity, without their order.
fn by_key(document: &Value) -> BTreeMap<String, Object> {
    let objects = rendered(document).0.compiled.objects;
    objects
        .into_iter()
        .map(|object| (object.key.to_string(), object))
        .collect()
}

/// The same value with the keys of every object in another order.
fn shuffled(value: &Value, turn: usize) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map
                .iter()
                .map(|(key, value)| (key.clone(), shuffled(value, turn)))
                .collect();
            let by = turn % entries.len().max(1);
            entries.rotate_left(by);
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => items.iter().map(|item| shuffled(item, turn)).collect(),
        scalar => scalar.clone(),
    }
}

fn all_examples() -> Vec<Value> {
    let mut files: Vec<_> = std::fs::read_dir(examples())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_same_document_is_the_same_bytes(example in prop::sample::select(all_examples()), turn in 0_usize..8) {
        let once = render_yaml(rendered(&example).compiled());
        prop_assert_eq!(&once, &render_yaml(rendered(&example).compiled()));
        prop_assert_eq!(&once, &render_yaml(rendered(&shuffled(&example, turn)).compiled()));
    }

    #[test]
    fn reordered_components_are_the_same_objects(example in prop::sample::select(all_examples()), turn in 0_usize..6) {
        let mut other = example.clone();
        let list = if example["components"].is_array() { "components" } else { "component" };
        if let Some(components) = other[list].as_array_mut() {
            let by = turn % components.len();
            components.rotate_left(by);
        }
        prop_assert_eq!(by_key(&example), by_key(&other));
    }

    #[test]
    fn environment_and_configuration_reach_the_objects_unchanged(
        entries in prop::collection::btree_map("[A-Z][A-Z0-9_]{0,8}", "\\PC{0,40}", 1..6)
    ) {
        let app = rendered(&json!({"name": "band", "components": [
            {"name": "web", "type": "webservice", "image": "a:1", "properties": {"env": entries}},
            {"name": "conf", "type": "config", "properties": {"conf": entries}}]}));
        prop_assert_eq!(app.at("ConfigMap/conf", "/data"), &json!(entries));
        let env: BTreeMap<_, _> = app.container("Deployment/web", "web")["env"].as_array().into_iter().flatten()
            .map(|env| (env["name"].as_str().unwrap_or_default(), env["value"].as_str().unwrap_or_default())).collect();
        prop_assert_eq!(env, entries.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect::<BTreeMap<_, _>>());
    }
}
