//! Rules of the workflow.

use crate::support::{load_value, refused_at, warned_at};
use serde_json::{Value, json};

fn application(workflow: Value) -> Value {
    let component = |name: &str| json!({"name": name, "type": "webservice", "image": "a:1"});
    json!({"name": "band", "components": [component("drums"), component("harp")], "workflow": workflow})
}

#[test]
fn a_list_and_an_object_of_steps_are_the_same() {
    let steps = json!([{"name": "all", "mode": "DAG", "components": ["drums", "harp"]}]);
    let list = load_value(&application(steps.clone()))
        .into_result()
        .expect("valid")
        .0;
    let object = load_value(&application(json!({"steps": steps})))
        .into_result()
        .expect("valid")
        .0;
    assert_eq!(list, object);
}

#[test]
fn faults_are_named_as_the_document_writes_them() {
    let steps = json!([{"name": "all", "mode": "Both", "components": ["drums", "harp"]}]);
    refused_at(&application(steps.clone()), &["workflow[0].mode"]);
    refused_at(
        &application(json!({"steps": steps})),
        &["workflow.steps[0].mode"],
    );
    refused_at(&application(json!([])), &["workflow"]);
    refused_at(&application(json!({"steps": []})), &["workflow.steps"]);
    refused_at(&application(json!({})), &["workflow.steps"]);
}

#[test]
fn steps_have_names_and_components() {
    refused_at(
        &application(
            json!([{"name": "a", "components": ["drums"]}, {"name": "A", "components": ["harp"]}, {"name": "", "components": []}, {"components": ["drums"]}]),
        ),
        &[
            "workflow[1].name",
            "workflow[2].name",
            "workflow[2].components",
            "workflow[3].name",
        ],
    );
    refused_at(
        &application(
            json!([{"name": "a", "type": "approve", "timeout": "1", "components": ["drums", "harp"]}]),
        ),
        &["workflow[0].type", "workflow[0].timeout"],
    );
}

#[test]
fn every_component_is_in_a_step_unless_it_is_skipped() {
    let mut document = application(json!([{"name": "a", "components": ["drums"]}]));
    refused_at(&document, &["components[1]"]);
    document["components"][1]["properties"] = json!({"skip": true});
    warned_at(&document, &[]);
}

#[test]
fn a_misspelt_component_is_one_fault() {
    refused_at(
        &application(json!([{"name": "a", "components": ["drums", "harpe"]}])),
        &["workflow[0].components[1]"],
    );
    refused_at(
        &application(json!([{"name": "a", "componets": ["drums", "harp"]}])),
        &["workflow[0].componets"],
    );
}

#[test]
fn policies_of_a_step_mean_components() {
    warned_at(
        &application(json!([{"name": "a", "properties": {"policies": ["Drums", "harp"]}}])),
        &[],
    );
    refused_at(
        &application(
            json!([{"name": "a", "components": ["drums"], "properties": {"policies": ["harp", "cello"]}}]),
        ),
        &["workflow[0].properties.policies[1]"],
    );
}

#[test]
fn a_component_may_be_in_two_steps_but_twice_in_one_is_odd() {
    warned_at(
        &application(
            json!([{"name": "a", "components": ["drums"]}, {"name": "b", "components": ["harp", "drums"]}]),
        ),
        &[],
    );
    warned_at(
        &application(json!([{"name": "a", "components": ["drums", "harp", "Drums"]}])),
        &["workflow[0].components[2]"],
    );
}

#[test]
fn sub_steps_have_places_of_their_own() {
    refused_at(
        &application(
            json!([{"name": "a", "subSteps": [{"name": "x", "components": ["drums"]}, {"name": "x", "components": ["harp", "cello"]}, {"name": "y"}]}]),
        ),
        &[
            "workflow[0].subSteps[1].name",
            "workflow[0].subSteps[1].components[1]",
            "workflow[0].subSteps[2].components",
        ],
    );
    warned_at(
        &application(
            json!([{"name": "a", "sub_steps": [{"name": "x", "components": ["drums"]}, {"name": "y", "components": ["harp"]}]}]),
        ),
        &[],
    );
}

#[test]
fn steps_wait_for_known_others_without_a_ring() {
    let step = |name: &str, component: &str, wanted: Value| json!({"name": name, "components": [component], "dependsOn": wanted});
    refused_at(
        &application(json!([
            step("a", "drums", json!(["b"])),
            step("b", "harp", json!(["a"]))
        ])),
        &["workflow[1].dependsOn[0]"],
    );
    refused_at(
        &application(json!([
            step("a", "drums", json!(["a"])),
            step("b", "harp", json!(["nowhere"]))
        ])),
        &["workflow[0].dependsOn[0]", "workflow[1].dependsOn[0]"],
    );
    warned_at(
        &application(json!([
            step("a", "drums", json!([])),
            step("b", "harp", json!(["A"]))
        ])),
        &[],
    );
}

#[test]
fn a_component_cannot_wait_for_a_later_step() {
    let mut document = application(
        json!([{"name": "a", "components": ["drums"]}, {"name": "b", "components": ["harp"]}]),
    );
    document["components"][0]["dependsOn"] = json!(["harp"]);
    refused_at(&document, &["components[0].dependsOn[0]"]);
    document["components"][0]["dependsOn"] = json!([]);
    document["components"][1]["dependsOn"] = json!(["drums"]);
    warned_at(&document, &[]);
}
