use serde_json::json;

use super::*;

fn paths(kind: Kind, wanted: Value, live: Value) -> Vec<String> {
    differences(kind, &wanted, &live)
        .into_iter()
        .map(|difference| difference.path)
        .collect()
}

fn container(fields: Value) -> Value {
    let mut container = json!({"name": "web", "image": "nginx"});
    container
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({"spec": {"template": {"spec": {"containers": [container]}}}})
}

#[test]
fn what_the_api_server_writes_differently_is_the_same() {
    let cases = [
        (
            "quantity",
            json!({"resources": {"limits": {"cpu": "0.5"}}}),
            json!({"resources": {"limits": {"cpu": "500m"}}}),
        ),
        (
            "number as quantity",
            json!({"resources": {"limits": {"cpu": 1}}}),
            json!({"resources": {"limits": {"cpu": "1"}}}),
        ),
        (
            "defaults",
            json!({}),
            json!({"imagePullPolicy": "Always", "terminationMessagePath": "/dev/termination-log"}),
        ),
        (
            "protocol",
            json!({"ports": [{"containerPort": 80}]}),
            json!({"ports": [{"containerPort": 80, "protocol": "TCP"}]}),
        ),
        (
            "other env",
            json!({"env": [{"name": "A", "value": "1"}]}),
            json!({"env": [{"name": "X", "value": "2"}, {"name": "A", "value": "1"}]}),
        ),
        (
            "empty env",
            json!({"env": [{"name": "A", "value": ""}]}),
            json!({"env": [{"name": "A"}]}),
        ),
        (
            "empty map",
            json!({"securityContext": {}, "command": []}),
            json!({}),
        ),
        (
            "false",
            json!({"volumeMounts": [{"mountPath": "/a", "name": "a", "readOnly": false}]}),
            json!({"volumeMounts": [{"mountPath": "/a", "name": "a"}]}),
        ),
    ];
    for (name, wanted, live) in cases {
        assert_eq!(
            paths(Kind::Deployment, container(wanted), container(live)),
            [""; 0],
            "{name}"
        );
    }
}

#[test]
fn what_a_person_changed_is_named() {
    let at = |rest: &str| format!("spec.template.spec.containers[web].{rest}");
    let cases = [
        (
            json!({"args": ["a", "b"]}),
            json!({"args": ["b", "a"]}),
            "args",
        ),
        (json!({"args": ["a"]}), json!({"args": ["a", "b"]}), "args"),
        (
            json!({"env": [{"name": "A", "value": "1"}]}),
            json!({"env": [{"name": "A", "value": "1.0"}]}),
            "env[A].value",
        ),
        (
            json!({"env": [{"name": "A", "value": "1"}]}),
            json!({}),
            "env",
        ),
        (
            json!({"env": [{"name": "A", "value": "1"}]}),
            json!({"env": [{"name": "B"}]}),
            "env[A]",
        ),
        (
            json!({"ports": [{"containerPort": 80, "protocol": "UDP"}]}),
            json!({"ports": [{"containerPort": 80, "protocol": "TCP"}]}),
            "ports[80/UDP]",
        ),
        (
            json!({"volumeMounts": [{"mountPath": "/a", "name": "a"}]}),
            json!({"volumeMounts": [{"mountPath": "/a", "name": "b"}]}),
            "volumeMounts[/a].name",
        ),
        (
            json!({"securityContext": {"allowPrivilegeEscalation": false}}),
            json!({}),
            "securityContext.allowPrivilegeEscalation",
        ),
        (
            json!({"resources": {"limits": {"cpu": "500m"}}}),
            json!({"resources": {"limits": {"cpu": "5"}}}),
            "resources.limits.cpu",
        ),
        (
            json!({"image": "nginx:1"}),
            json!({"image": "nginx:2"}),
            "image",
        ),
    ];
    for (wanted, live, path) in cases {
        assert_eq!(
            paths(Kind::Deployment, container(wanted), container(live)),
            [at(path)]
        );
    }
}

#[test]
fn numbers_are_quantities_only_where_kubernetes_says_so() {
    let labels = |value: &str| json!({"metadata": {"labels": {"version": value}}});
    assert_eq!(
        paths(Kind::ConfigMap, labels("1"), labels("1.0")),
        ["metadata.labels.version"]
    );
}

#[test]
fn an_empty_text_in_a_free_map_is_a_value() {
    let wanted = json!({"data": {"key": ""}});
    assert_eq!(
        paths(Kind::ConfigMap, wanted.clone(), json!({"data": {}})),
        ["data.key"]
    );
    assert_eq!(paths(Kind::ConfigMap, wanted.clone(), wanted), [""; 0]);
}

#[test]
fn values_of_secrets_are_masked() {
    let found = differences(
        Kind::Secret,
        &json!({"data": {"k": "Y2FuYXJ5"}}),
        &json!({"data": {"k": "b3RoZXI="}}),
    );
    let mask = Value::from(MASK);
    assert_eq!(
        found,
        [Difference {
            path: "data.k".into(),
            wanted: mask.clone(),
            found: mask
        }]
    );
    let whole = differences(
        Kind::Secret,
        &json!({"data": {"k": "Y2FuYXJ5"}}),
        &json!({}),
    );
    assert!(!format!("{whole:?}").contains("Y2FuYXJ5"));
}

#[test]
fn service_ports_are_told_apart_by_port_and_protocol() {
    let service = |ports: Value| json!({"spec": {"ports": ports}});
    let live = service(json!([
        {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53, "nodePort": 31000},
        {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
    ]));
    let same = service(
        json!([{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53}]),
    );
    assert_eq!(paths(Kind::Service, same, live.clone()), [""; 0]);
    let other =
        service(json!([{"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 5353}]));
    assert_eq!(
        paths(Kind::Service, other, live),
        ["spec.ports[53/UDP].targetPort"]
    );
}

#[test]
fn atomic_lists_of_objects_are_compared_place_by_place() {
    let role = |verbs: Value| json!({"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": verbs}]});
    assert_eq!(
        paths(Kind::Role, role(json!(["get"])), role(json!(["get", "*"]))),
        ["rules[0].verbs"]
    );
    let live = json!({"rules": [{"verbs": ["get"]}, {"verbs": ["list"]}]});
    assert_eq!(
        paths(Kind::Role, json!({"rules": [{"verbs": ["get"]}]}), live),
        ["rules"]
    );
}

#[test]
fn ports_of_a_network_policy_are_one_value() {
    let policy = |ports: Value| json!({"spec": {"ingress": [{"ports": ports}]}});
    let wanted = policy(json!([{"port": 80}]));
    assert_eq!(
        paths(
            Kind::NetworkPolicy,
            wanted.clone(),
            policy(json!([{"port": 80, "protocol": "TCP"}]))
        ),
        [""; 0]
    );
    let wider = policy(json!([{"port": 80}, {"port": 22}]));
    assert_eq!(
        paths(Kind::NetworkPolicy, wanted, wider),
        ["spec.ingress[0].ports"]
    );
}

#[test]
fn a_volume_turned_into_another_kind_differs() {
    let volume = |source: Value| json!({"spec": {"template": {"spec": {"volumes": [source]}}}});
    let wanted = volume(json!({"name": "tmp", "emptyDir": {}}));
    assert_eq!(
        paths(Kind::Deployment, wanted.clone(), wanted.clone()),
        [""; 0]
    );
    let changed = volume(json!({"name": "tmp", "hostPath": {"path": "/"}}));
    assert_eq!(
        paths(Kind::Deployment, wanted, changed),
        ["spec.template.spec.volumes[tmp].emptyDir"]
    );
}

#[test]
fn claim_templates_are_found_by_name() {
    let set = |size: &str, extra: Value| {
        let mut template = json!({"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": size}}}});
        template
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        json!({"spec": {"volumeClaimTemplates": [template]}})
    };
    let live = set(
        "1Gi",
        json!({"kind": "PersistentVolumeClaim", "apiVersion": "v1", "status": {"phase": "Pending"}}),
    );
    assert_eq!(
        paths(Kind::StatefulSet, set("1024Mi", json!({})), live.clone()),
        [""; 0]
    );
    assert_eq!(
        paths(Kind::StatefulSet, set("2Gi", json!({})), live),
        ["spec.volumeClaimTemplates[data].spec.resources.requests.storage"]
    );
}

#[test]
fn our_own_hash_is_no_difference() {
    let wanted = json!({"metadata": {"annotations": {labels::APPLIED_HASH: "new", "a": "b"}}});
    let live = json!({"metadata": {"annotations": {labels::APPLIED_HASH: "old", "a": "b"}}});
    assert_eq!(paths(Kind::ConfigMap, wanted, live), [""; 0]);
}

/// What a person takes away is missed like what a person changes: server-side apply puts it back.
#[test]
fn what_a_person_removed_is_named() {
    let wanted = json!({
        "metadata": {"labels": {"app.kubernetes.io/name": "web", "tier": "front"}, "annotations": {"note": "kept"}},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{
            "name": "web", "image": "nginx",
            "env": [{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "b"}}}],
            "ports": [{"containerPort": 80}, {"containerPort": 443}],
            "livenessProbe": {"httpGet": {"path": "/", "port": 80}},
            "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}
        }], "volumes": [{"name": "tmp", "emptyDir": {}}]}}}
    });
    let mut live = wanted.clone();
    live["metadata"]["labels"] = json!({"app.kubernetes.io/name": "web", "added": "by hand"});
    live["metadata"]["annotations"] = json!({"deployment.kubernetes.io/revision": "2"});
    let spec = &mut live["spec"]["template"]["spec"];
    spec["volumes"] = Value::Null;
    let container = &mut spec["containers"][0];
    container["env"] = json!([{"name": "A", "value": "1"}]);
    container["ports"] = json!([{"containerPort": 80, "protocol": "TCP"}]);
    container["livenessProbe"] = Value::Null;
    container["resources"] = json!({"limits": {"cpu": "1"}});
    let of_container = |rest: &str| format!("spec.template.spec.containers[web].{rest}");
    let mut found = paths(Kind::Deployment, wanted, live);
    found.sort();
    assert_eq!(
        found,
        [
            "metadata.annotations.note".to_owned(),
            "metadata.labels.tier".to_owned(),
            of_container("env[B]"),
            of_container("livenessProbe.httpGet.path"),
            of_container("livenessProbe.httpGet.port"),
            of_container("ports[443/TCP]"),
            of_container("resources.limits.memory"),
            "spec.template.spec.volumes".to_owned(),
        ]
    );
}

#[test]
fn a_port_of_a_service_that_a_person_removed_is_named() {
    let wanted =
        json!({"spec": {"ports": [{"name": "http", "port": 80}, {"name": "https", "port": 443}]}});
    let live = json!({"spec": {"ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 443}]}});
    assert_eq!(paths(Kind::Service, wanted, live), ["spec.ports[80/TCP]"]);
}
