//! The API server: on the host's end of the bridge, with RBAC and a log of every write.

use std::fs;

use serde_json::json;

use crate::control::{command, flags};
use crate::error::{Context, Result};
use crate::layout::Layout;
use crate::plan::AddressPlan;

pub fn arguments(layout: &Layout, plan: AddressPlan) -> Result<Vec<String>> {
    let policy = layout.root().join("audit-policy.json");
    fs::write(&policy, audit_policy().to_string())
        .context(|| format!("writing {} failed", policy.display()))?;
    let key = |name: &str| layout.certificates().join(name).display().to_string();
    let mut args = command(
        "kube-apiserver",
        [
            ("etcd-servers", plan.etcd_url()),
            ("bind-address", plan.host().to_string()),
            ("advertise-address", plan.host().to_string()),
            ("secure-port", "6443".to_owned()),
            ("service-cluster-ip-range", plan.service_cidr()),
            ("authorization-mode", "Node,RBAC".to_owned()),
            ("enable-admission-plugins", "NodeRestriction".to_owned()),
            ("allow-privileged", "true".to_owned()),
            ("client-ca-file", key("ca.crt")),
            ("tls-cert-file", key("kube-apiserver.crt")),
            ("tls-private-key-file", key("kube-apiserver.key")),
            ("kubelet-certificate-authority", key("ca.crt")),
            ("kubelet-client-certificate", key("kubelet-client.crt")),
            ("kubelet-client-key", key("kubelet-client.key")),
            // A node's name means nothing to the host's resolver.
            ("kubelet-preferred-address-types", "InternalIP".to_owned()),
            (
                "service-account-issuer",
                "https://kubernetes.default.svc.cluster.local".to_owned(),
            ),
            ("service-account-key-file", key("service-accounts.pub")),
            (
                "service-account-signing-key-file",
                key("service-accounts.key"),
            ),
            ("max-requests-inflight", "1600".to_owned()),
            ("max-mutating-requests-inflight", "800".to_owned()),
            ("audit-policy-file", policy.display().to_string()),
            ("audit-log-path", layout.audit_log().display().to_string()),
            ("profiling", "false".to_owned()),
        ],
    );
    args.extend(flags([
        ("requestheader-client-ca-file", key("ca.crt")),
        (
            "requestheader-allowed-names",
            "front-proxy-client".to_owned(),
        ),
        (
            "requestheader-extra-headers-prefix",
            "X-Remote-Extra-".to_owned(),
        ),
        ("requestheader-group-headers", "X-Remote-Group".to_owned()),
        ("requestheader-username-headers", "X-Remote-User".to_owned()),
        ("proxy-client-cert-file", key("front-proxy-client.crt")),
        ("proxy-client-key-file", key("front-proxy-client.key")),
    ]));
    Ok(args)
}

/// Who wrote what: tests count the writes of a user agent. The heartbeats of nodes would be
/// most of the file, and a review of rights writes nothing.
fn audit_policy() -> serde_json::Value {
    json!({
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "omitManagedFields": true,
        "rules": [
            {"level": "None", "verbs": ["get", "list", "watch"]},
            {"level": "None", "namespaces": ["kube-node-lease"]},
            {"level": "None", "userGroups": ["system:nodes"], "resources": [{"group": "", "resources": ["nodes", "nodes/status"]}]},
            {"level": "None", "resources": [{"group": "authentication.k8s.io"}, {"group": "authorization.k8s.io"}]},
            {"level": "Metadata"},
        ],
    })
}
