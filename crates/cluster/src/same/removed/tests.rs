use serde_json::json;

use super::*;
use crate::same::MASK;

/// As the API server answers: `kubemin` applied, somebody ran `kubectl edit`, a controller wrote status.
fn managed(ours: Value, theirs: Value) -> Value {
    json!([
        {"manager": "kubemin", "operation": "Apply", "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "fieldsV1": ours},
        {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "fieldsV1": theirs},
        {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status",
         "fieldsV1": {"f:status": {"f:replicas": {}}}},
    ])
}

#[test]
fn what_we_applied_and_want_no_more_is_named_unless_somebody_else_set_it_too() {
    let ours = json!({
        "f:metadata": {
            "f:annotations": {"f:kubemin.io/applied-hash": {}},
            "f:labels": {"f:kept": {}, "f:gone": {}, "f:shared": {}}},
        "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {
            ".": {}, "f:name": {}, "f:image": {}, "f:args": {},
            "f:env": {"k:{\"name\":\"A\"}": {".": {}, "f:name": {}, "f:value": {}},
                      "k:{\"name\":\"B\"}": {".": {}, "f:name": {}, "f:value": {}}},
            "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}},
                        "k:{\"containerPort\":443,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}},
            "f:resources": {"f:limits": {"f:cpu": {}, "f:memory": {}}}
        }, "k:{\"name\":\"old\"}": {".": {}, "f:name": {}, "f:image": {}}}}}}
    });
    let theirs = json!({"f:metadata": {"f:labels": {"f:shared": {}, "f:added": {}}}});
    let live = json!({
        "metadata": {"labels": {"kept": "1", "gone": "1", "shared": "1", "added": "1"},
                     "annotations": {"kubemin.io/applied-hash": "x"}},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [
            {"name": "web", "image": "nginx", "args": ["a"], "imagePullPolicy": "Always",
             "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
             "ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 443, "protocol": "TCP"}],
             "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}},
            {"name": "old", "image": "busybox"}]}}}
    });
    let wanted = json!({
        "metadata": {"labels": {"kept": "1"}},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [
            {"name": "web", "image": "nginx", "env": [{"name": "A", "value": "1"}], "ports": [{"containerPort": 80}],
             "resources": {"limits": {"cpu": "1"}}}]}}}
    });
    let found = removals(Kind::Deployment, &wanted, &live, &managed(ours, theirs));
    let mut paths: Vec<&str> = found.iter().map(|one| one.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "metadata.labels.gone",
            "spec.template.spec.containers[old]",
            "spec.template.spec.containers[web].args",
            "spec.template.spec.containers[web].env[B]",
            "spec.template.spec.containers[web].ports[443/TCP]",
            "spec.template.spec.containers[web].resources.limits.memory",
        ]
    );
    let env = found.iter().find(|one| one.path.ends_with("env[B]"));
    let env = env.unwrap();
    assert_eq!(
        (&env.wanted, &env.found),
        (&Value::Null, &json!({"name": "B", "value": "2"}))
    );
}

#[test]
fn a_field_that_goes_with_everything_around_it_is_named_once_and_a_secret_value_never() {
    let ours = json!({"f:data": {"f:k": {}, "f:old": {}}, "f:type": {}});
    let live = json!({"type": "Opaque", "data": {"k": "Y2FuYXJ5", "old": "Y2FuYXJ5"}});
    let wanted = json!({"type": "Opaque", "data": {"k": "Y2FuYXJ5"}});
    let found = removals(Kind::Secret, &wanted, &live, &managed(ours, json!({})));
    assert_eq!(
        found,
        [Difference {
            path: "data.old".into(),
            wanted: Value::Null,
            found: Value::from(MASK)
        }]
    );
    let by_others =
        json!([{"manager": "helm", "operation": "Update", "fieldsV1": {"f:data": {"f:old": {}}}}]);
    assert_eq!(removals(Kind::Secret, &wanted, &live, &by_others), []);
}
