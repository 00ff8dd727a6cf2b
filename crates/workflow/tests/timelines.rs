//! The four timelines of the manual (seed 000, 示例 1–4), played without a clock: a job that may start starts, and the
//! oldest running job ends first.

mod common;

use common::{application, compiled, object};
use kubemin_objects::{Kind, ObjectKey};
use kubemin_workflow::plan::PlanOptions;
use kubemin_workflow::{JobState, Limits, Plan, TaskState, advance, plan};
use serde_json::json;

fn demo(mode: &str) -> Plan {
    let config =
        |name: &str| json!({"name": name, "type": "config", "properties": {"conf": {"k": "v"}}});
    let service = |name: &str| json!({"name": name, "type": "webservice", "image": "a:1"});
    let app = application(json!({
        "name": "demo-app",
        "components": [config("c1"), config("c2"), config("c3"), service("backend"), service("frontend")],
        "workflow": [{"name": "deploy-all", "mode": mode, "components": ["c1", "c2", "c3", "backend", "frontend"]}],
    }));
    let objects = ["c1", "c2", "c3"]
        .map(|name| object(Kind::ConfigMap, name))
        .into_iter();
    let objects = objects
        .chain(["backend", "frontend"].map(|name| object(Kind::Deployment, name)))
        .collect();
    plan(&app, &compiled(&app, objects), &[], &PlanOptions::default())
}

/// Groups of jobs that were under way together, each group seen when its last job started.
fn play(plan: &Plan, sequential: usize) -> Vec<Vec<String>> {
    let mut states = vec![JobState::Waiting; plan.jobs.len()];
    let mut running: Vec<usize> = Vec::new();
    let mut groups = Vec::new();
    loop {
        let decision = advance(plan, &states, Limits { sequential });
        for &index in &decision.start {
            states[index] = JobState::Running;
            running.push(index);
        }
        if !decision.start.is_empty() {
            groups.push(
                running
                    .iter()
                    .map(|&index| plan.jobs[index].key.name.clone())
                    .collect(),
            );
        }
        if let Some(end) = decision.end {
            assert_eq!(end, TaskState::Completed);
            return groups;
        }
        states[running.remove(0)] = JobState::Completed;
    }
}

#[test]
fn example_1_runs_one_at_a_time_and_keeps_priorities_apart() {
    let groups = play(&demo("StepByStep"), 1);
    assert_eq!(groups, [["c1"], ["c2"], ["c3"], ["backend"], ["frontend"]]);
}

#[test]
fn example_2_is_a_pool_of_two() {
    let groups = play(&demo("StepByStep"), 2);
    assert_eq!(
        groups,
        [
            vec!["c1", "c2"],
            vec!["c2", "c3"],
            vec!["backend", "frontend"]
        ]
    );
}

#[test]
fn example_3_runs_all_of_a_priority_whatever_the_pool() {
    let groups = play(&demo("DAG"), 1);
    assert_eq!(
        groups,
        [vec!["c1", "c2", "c3"], vec!["backend", "frontend"]]
    );
}

#[test]
fn example_4_starts_the_second_step_when_the_first_has_finished() {
    let app = application(json!({
        "name": "multi",
        "components": [
            {"name": "config", "type": "config", "properties": {"conf": {"k": "v"}}},
            {"name": "api", "type": "webservice", "image": "a:1"},
            {"name": "web", "type": "webservice", "image": "a:1"},
        ],
        "workflow": [
            {"name": "config-step", "mode": "StepByStep", "components": ["config"]},
            {"name": "services", "mode": "DAG", "components": ["api", "web"]},
        ],
    }));
    let objects = vec![
        object(Kind::ConfigMap, "config"),
        object(Kind::Service, "api"),
        object(Kind::Deployment, "api"),
        object(Kind::Service, "web"),
        object(Kind::Deployment, "web"),
    ];
    let plan = plan(&app, &compiled(&app, objects), &[], &PlanOptions::default());
    assert_eq!(
        play(&plan, 2),
        [vec!["config"], vec!["api", "api", "web", "web"]]
    );
    assert_eq!(
        plan.jobs[1].waits_for,
        ["step config-step (ConfigMap/config)"]
    );
}

#[test]
fn a_failed_job_lets_running_ones_finish_and_starts_no_other() {
    let plan = demo("DAG");
    let mut states = vec![JobState::Waiting; 5];
    states[0] = JobState::Failed;
    states[1] = JobState::Running;
    let decision = advance(&plan, &states, Limits { sequential: 1 });
    assert_eq!((decision.start, decision.end), (vec![], None));
    states[1] = JobState::Completed;
    let decision = advance(&plan, &states, Limits { sequential: 1 });
    assert_eq!(decision.end, Some(TaskState::Failed));
}

#[test]
fn depends_on_inside_a_step_comes_before_priorities() {
    let app = application(json!({
        "name": "chain",
        "components": [
            {"name": "late", "type": "config", "properties": {"conf": {"k": "v"}}, "dependsOn": ["early"]},
            {"name": "early", "type": "webservice", "image": "a:1"},
        ],
        "workflow": [{"name": "all", "mode": "DAG", "components": ["late", "early"]}],
    }));
    let objects = vec![
        object(Kind::ConfigMap, "late"),
        object(Kind::Deployment, "early"),
    ];
    let plan = plan(&app, &compiled(&app, objects), &[], &PlanOptions::default());
    assert_eq!(play(&plan, 1), [["early"], ["late"]]);
}

#[test]
fn without_a_workflow_stores_come_after_configuration_and_before_services() {
    let app = application(json!({
        "name": "derived",
        "components": [
            {"name": "front", "type": "webservice", "image": "a:1"},
            {"name": "migrate", "type": "job", "image": "a:1"},
            {"name": "base", "type": "store", "image": "a:1"},
            {"name": "conf", "type": "config", "properties": {"conf": {"k": "v"}}},
        ],
    }));
    let objects = vec![
        object(Kind::Deployment, "front"),
        object(Kind::Job, "migrate"),
        object(Kind::StatefulSet, "base"),
        object(Kind::ConfigMap, "conf"),
    ];
    let plan = plan(&app, &compiled(&app, objects), &[], &PlanOptions::default());
    assert!(plan.derived);
    assert_eq!(play(&plan, 1), [["conf"], ["base"], ["migrate"], ["front"]]);
}

#[test]
fn a_binding_goes_after_the_role_that_it_names() {
    let web = json!({"name": "web", "type": "webservice", "image": "a:1"});
    let app = application(json!({"name": "shop", "components": [web]}));
    let kinds = [Kind::RoleBinding, Kind::Role, Kind::ServiceAccount];
    let objects = kinds.map(|kind| object(kind, "web")).to_vec();
    let plan = plan(&app, &compiled(&app, objects), &[], &PlanOptions::default());
    let waves = play(&plan, 4);
    assert_eq!(waves, [vec!["web", "web"], vec!["web"]]);
    let last = plan.jobs.last().map(|job| job.key.kind);
    assert_eq!(last, Some(Kind::RoleBinding));
}

#[test]
fn what_is_no_longer_declared_is_removed_last_workloads_first() {
    let app = application(
        json!({"name": "prune", "components": [{"name": "web", "type": "webservice", "image": "a:1"}]}),
    );
    let gone = |kind: Kind| {
        (
            ObjectKey {
                kind,
                namespace: Some("default".into()),
                name: "gone".into(),
            },
            "gone".to_owned(),
        )
    };
    let removed = [
        gone(Kind::ConfigMap),
        gone(Kind::Ingress),
        gone(Kind::Deployment),
    ];
    let plan = plan(
        &app,
        &compiled(&app, vec![object(Kind::Deployment, "web")]),
        &removed,
        &PlanOptions::default(),
    );
    let order: Vec<Kind> = plan.jobs.iter().map(|job| job.key.kind).collect();
    assert_eq!(
        order,
        [
            Kind::Deployment,
            Kind::Ingress,
            Kind::Deployment,
            Kind::ConfigMap
        ]
    );
    assert_eq!(plan.steps[1].after, [0]);
}

#[test]
fn a_slow_startup_probe_extends_the_time_of_its_job() {
    let app = application(
        json!({"name": "slow", "components": [{"name": "web", "type": "webservice", "image": "a:1"}]}),
    );
    let mut slow = object(Kind::Deployment, "web");
    slow.body = json!({"spec": {"template": {"spec": {"containers": [
        {"name": "web", "startupProbe": {"periodSeconds": 10, "failureThreshold": 30}}]}}}});
    let plan = plan(
        &app,
        &compiled(&app, vec![slow]),
        &[],
        &PlanOptions::default(),
    );
    assert_eq!(
        plan.jobs[0].timeout.as_secs(),
        330,
        "300 s of the manual's example and 30 s for scheduling and pulling"
    );
}
