use serde_json::{Value, json};

use super::*;

fn key(kind: Kind) -> ObjectKey {
    ObjectKey {
        kind,
        namespace: Some("ns".into()),
        name: "x".into(),
    }
}

fn error(kind: Kind, status: Value) -> ClusterError {
    Fault::Status(serde_json::from_value(status).unwrap()).about(&key(kind))
}

fn reason_of(status: Value) -> String {
    match error(Kind::Deployment, status) {
        ClusterError::Refused { reason, .. } => reason,
        ClusterError::Conflict { .. } => "conflict".into(),
        ClusterError::Unavailable(_) => "unavailable".into(),
    }
}

/// Messages as a Kubernetes 1.34 API server words them.
#[test]
fn every_refusal_has_its_word() {
    let cases = [
        (
            404,
            "namespaces \"nope\" not found",
            json!({"name": "nope", "kind": "namespaces"}),
            "NamespaceMissing",
        ),
        (
            404,
            "the server could not find the requested resource",
            json!({}),
            "KindNotServed",
        ),
        (
            403,
            "pods \"x\" is forbidden: exceeded quota: q, requested: cpu=2, used: cpu=0, limited: cpu=1",
            json!({}),
            "QuotaExceeded",
        ),
        (
            403,
            "deployments.apps \"x\" is forbidden: User \"eve\" cannot patch resource \"deployments\"",
            json!({}),
            "Forbidden",
        ),
        (
            403,
            "roles \"x\" is forbidden: user \"eve\" is attempting to grant RBAC permissions not currently held",
            json!({}),
            "Forbidden",
        ),
        (
            403,
            "pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": privileged",
            json!({}),
            "AdmissionRefused",
        ),
        (
            403,
            "configmaps \"x\" is forbidden: unable to create new content in namespace ns because it is being terminated",
            json!({}),
            "NamespaceTerminating",
        ),
        (
            400,
            "admission webhook \"policy.example.com\" denied the request: no",
            json!({}),
            "AdmissionRefused",
        ),
        (
            422,
            "deployments.apps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
            json!({}),
            "AdmissionRefused",
        ),
        (
            422,
            "Deployment.apps \"x\" is invalid: spec.replicas: Invalid value: -1",
            json!({}),
            "Invalid",
        ),
        (401, "Unauthorized", json!({}), "Unauthorized"),
        (409, "Operation cannot be fulfilled", json!({}), "conflict"),
        (429, "too many requests", json!({}), "unavailable"),
        (500, "etcdserver: leader changed", json!({}), "unavailable"),
        (
            500,
            "failed calling webhook \"w\": connection refused",
            json!({}),
            "unavailable",
        ),
        (
            500,
            "etcdserver: request is too large",
            json!({}),
            "Invalid",
        ),
        (
            503,
            "the server is currently unable to handle the request",
            json!({}),
            "unavailable",
        ),
    ];
    for (code, message, details, word) in cases {
        let status = json!({"code": code, "message": message, "reason": "R", "details": details});
        assert_eq!(reason_of(status), word, "{code} {message}");
    }
}

#[test]
fn causes_that_the_message_leaves_out_are_added() {
    let causes = json!({"causes": [{"field": "spec.a", "message": "Required value"}, {"field": "spec.b", "message": "seen"}]});
    let fault = error(
        Kind::Deployment,
        json!({"code": 422, "message": "is invalid: seen", "details": causes}),
    );
    assert!(
        matches!(fault, ClusterError::Refused { message, .. } if message == "is invalid: seen; spec.a: Required value")
    );
}

#[test]
fn a_refused_secret_does_not_tell_its_value() {
    let causes = json!({"causes": [{"field": "data[k]", "reason": "FieldValueInvalid", "message": "Invalid value: \"canary\""}]});
    let fault = error(
        Kind::Secret,
        json!({"code": 422, "reason": "Invalid", "message": "Secret \"x\" is invalid: data[k]: Invalid value: \"canary\"", "details": causes}),
    );
    let text = fault.to_string();
    assert!(
        !text.contains("canary") && text.contains("data[k]: FieldValueInvalid"),
        "{text}"
    );
}
