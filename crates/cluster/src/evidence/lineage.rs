//! Which objects controllers made for a workload.

use kube::core::params::ListParams;
use kubemin_objects::{Kind, ObjectKey};

use crate::api_server::{ApiServer, QUICK};
use crate::fault::Fault;
use crate::path;
use crate::read::{List, Named};

const REVISION: &str = "deployment.kubernetes.io/revision";
/// Letters of generated names: no vowels, nothing that looks alike (`k8s.io/apimachinery/pkg/util/rand`).
const LETTERS: &str = "bcdfghjklmnpqrstvwxz2456789";

/// Name of the ReplicaSet with a Deployment's newest revision.
pub(super) async fn newest_replica_set(
    api: &ApiServer,
    deployment: &ObjectKey,
    uid: &str,
    selector: &str,
) -> Result<Option<String>, Fault> {
    let Some(namespace) = deployment
        .namespace
        .as_deref()
        .filter(|namespace| path::is_segment(namespace))
    else {
        return Ok(None);
    };
    let labels = ListParams::default().labels(selector).limit(500);
    let request = path::resource("apps/v1", Some(namespace), "replicasets")
        .list_metadata(&labels)
        .map_err(|error| Fault::invalid(error.to_string()))?;
    let list: List<Named> = api.json(request, QUICK).await?;
    Ok(newest(list.items, &deployment.name, uid))
}

fn newest(sets: Vec<Named>, deployment: &str, uid: &str) -> Option<String> {
    let owned = sets.into_iter().filter(|set| {
        let owner = set.metadata.controller();
        owner.is_some_and(|owner| owner.name == deployment && (uid.is_empty() || owner.uid == uid))
    });
    let revision = |set: &Named| {
        let text = set
            .metadata
            .annotations
            .as_ref()
            .and_then(|all| all.get(REVISION));
        text.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0)
    };
    owned.max_by_key(revision).map(|set| set.metadata.name)
}

/// Whether a controller names an object like this for a workload, whether or not it still exists: ReplicaSets
/// `<deployment>-<hash>`, pods `<deployment>-<hash>-<5>`, `<statefulset>-<n>`, `<job>-<5>`.
pub(super) fn is_made_by(workload: &ObjectKey, kind: &str, name: &str) -> bool {
    let Some(rest) = name
        .strip_prefix(workload.name.as_str())
        .and_then(|rest| rest.strip_prefix('-'))
    else {
        return false;
    };
    let generated = |text: &str| {
        !text.is_empty() && text.len() <= 10 && text.chars().all(|c| LETTERS.contains(c))
    };
    match (workload.kind, kind) {
        (Kind::Deployment, "ReplicaSet") | (Kind::Job, "Pod") => generated(rest),
        (Kind::Deployment, "Pod") => rest
            .split_once('-')
            .is_some_and(|(hash, suffix)| generated(hash) && generated(suffix)),
        (Kind::StatefulSet, "Pod") => {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_tell_who_made_an_object() {
        let cases = [
            (Kind::Deployment, "ReplicaSet", "web-6d4b75cb6d", true),
            (Kind::Deployment, "Pod", "web-6d4b75cb6d-x7k2p", true),
            (Kind::Deployment, "Pod", "web-api-x7k2p", false),
            (Kind::Deployment, "ReplicaSet", "web-api-6d4b75cb6d", false),
            (Kind::Deployment, "Pod", "webs-6d4b75cb6d-x7k2p", false),
            (Kind::Deployment, "Pod", "web", false),
            (Kind::StatefulSet, "Pod", "web-0", true),
            (Kind::StatefulSet, "Pod", "web-0-0", false),
            (Kind::Job, "Pod", "web-x7k2p", true),
            (Kind::Job, "ReplicaSet", "web-x7k2p", false),
        ];
        for (kind, made, name, expected) in cases {
            let key = ObjectKey {
                kind,
                namespace: None,
                name: "web".into(),
            };
            assert_eq!(
                is_made_by(&key, made, name),
                expected,
                "{kind} {made} {name}"
            );
        }
    }

    #[test]
    fn the_newest_revision_of_this_deployment_counts() {
        let set = |name: &str, revision: &str, owner: &str| {
            let body = json!({"metadata": {"name": name, "annotations": {REVISION: revision},
                "ownerReferences": [{"name": "web", "uid": owner, "controller": true}]}});
            serde_json::from_value::<Named>(body).unwrap()
        };
        let sets = || {
            vec![
                set("old", "9", "u"),
                set("new", "10", "u"),
                set("foreign", "11", "other"),
            ]
        };
        assert_eq!(newest(sets(), "web", "u").as_deref(), Some("new"));
        assert_eq!(newest(sets(), "api", "u"), None);
    }
}
