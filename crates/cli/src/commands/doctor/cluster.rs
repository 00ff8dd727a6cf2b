//! The cluster as it is seen from here: version, and what this account may do.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use kube::Client;
use kube::api::PostParams;
use kube::core::Request;
use kubemin_objects::Kind;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::finding::Finding;

/// The oldest minor version of Kubernetes 1 that is supported (decision 46).
const OLDEST_MINOR: u32 = 30;
/// Longest wait for one answer of the API server.
const PATIENCE: Duration = Duration::from_secs(8);
/// Questions at once.
const AT_ONCE: usize = 8;

/// Group, resource, verb.
type Right = (&'static str, &'static str, &'static str);

/// What the server does with objects of every kind.
const OBJECT_VERBS: [&str; 4] = ["get", "create", "patch", "delete"];
/// What it needs besides: watches, claims that were left behind, evidence. The same as `deploy/rbac.yaml`.
const OTHER_RIGHTS: [Right; 16] = [
    ("apps", "deployments", "list"),
    ("apps", "deployments", "watch"),
    ("apps", "statefulsets", "list"),
    ("apps", "statefulsets", "watch"),
    ("batch", "jobs", "list"),
    ("batch", "jobs", "watch"),
    ("", "persistentvolumeclaims", "list"),
    ("", "pods", "list"),
    ("", "pods", "watch"),
    ("", "pods", "delete"),
    ("", "pods/log", "get"),
    ("", "events", "list"),
    ("", "namespaces", "get"),
    ("apps", "replicasets", "list"),
    ("", "nodes", "list"),
    ("storage.k8s.io", "storageclasses", "list"),
];

/// Looks at the cluster of the kubeconfig, or of the pod this runs in.
pub(super) async fn look() -> Vec<Finding> {
    let check = "cluster";
    let client = match Client::try_default().await {
        Ok(client) => client,
        Err(error) => {
            return vec![Finding::skipped(
                check,
                format!("no cluster is configured here: {error}"),
            )];
        }
    };
    let info = match timeout(PATIENCE, client.apiserver_version()).await {
        Ok(Ok(info)) => info,
        Ok(Err(error)) => return vec![unreachable(&error.to_string())],
        Err(_) => return vec![unreachable("it does not answer")],
    };
    let version = format!("Kubernetes {}", info.git_version);
    let minor: Option<u32> = info.minor.trim_end_matches('+').parse().ok();
    let found = if minor.is_some_and(|minor| minor < OLDEST_MINOR) {
        Finding::warning(
            check,
            format!("{version} is older than 1.{OLDEST_MINOR}"),
            "upgrade the cluster",
        )
    } else {
        Finding::ok(check, version)
    };
    vec![found, rights(&client).await]
}

fn unreachable(reason: &str) -> Finding {
    Finding::problem(
        "cluster",
        reason,
        "check KUBECONFIG, and that the API server answers: kubectl version",
    )
}

async fn rights(client: &Client) -> Finding {
    let objects = Kind::ALL
        .into_iter()
        .flat_map(|kind| OBJECT_VERBS.map(|verb| (kind.group(), kind.plural(), verb)));
    let wanted: Vec<Right> = objects.chain(OTHER_RIGHTS).collect();
    let number = wanted.len();
    let answers: Vec<(Right, Option<bool>)> = stream::iter(wanted)
        .map(async |right| (right, is_allowed(client, right).await))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    if answers.iter().any(|(_, allowed)| allowed.is_none()) {
        return Finding::skipped(
            "rights",
            "the API server did not say what this account may do",
        );
    }
    let mut missing: Vec<String> = answers
        .into_iter()
        .filter(|(_, allowed)| *allowed == Some(false))
        .map(|((_, resource, verb), _)| format!("{verb} {resource}"))
        .collect();
    missing.sort();
    if missing.is_empty() {
        Finding::ok(
            "rights",
            format!("this account may do all {number} things that are needed"),
        )
    } else {
        Finding::problem(
            "rights",
            format!("this account may not {}", missing.join(", ")),
            "bind the account to a ClusterRole with these rights; applications that need none of them work without",
        )
    }
}

/// Whether this account may; `None` when there was no answer.
async fn is_allowed(client: &Client, (group, resource, verb): (&str, &str, &str)) -> Option<bool> {
    let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {"group": group, "resource": resource, "subresource": subresource, "verb": verb}},
    });
    let body = serde_json::to_vec(&review).ok()?;
    let request = Request::new("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
        .create(&PostParams::default(), body)
        .ok()?;
    let answer: Value = timeout(PATIENCE, client.request(request))
        .await
        .ok()?
        .ok()?;
    answer.pointer("/status/allowed")?.as_bool()
}
