//! The claims that a workload's pods use, and whether their classes exist.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt, TryStreamExt};
use kube::core::params::{GetParams, ListParams};
use kubemin_objects::{Kind, ObjectKey, PodState};
use kubemin_workflow::diagnosis::ClaimFact;
use serde::Deserialize;

use crate::api_server::{ApiServer, QUICK};
use crate::fault::Fault;
use crate::path;
use crate::read::{List, Metadata, Named};

/// Claims that are looked at; more of one workload tell nothing new.
const CLAIMS: usize = 20;
const AT_ONCE: usize = 8;
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Workload {
    spec: WorkloadSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WorkloadSpec {
    template: Template,
    volume_claim_templates: Option<Vec<Named>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Template {
    spec: PodSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PodSpec {
    volumes: Option<Vec<Volume>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Volume {
    name: String,
    persistent_volume_claim: Option<ClaimSource>,
    ephemeral: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClaimSource {
    claim_name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Claim {
    spec: ClaimSpec,
    status: ClaimStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClaimSpec {
    storage_class_name: Option<String>,
    volume_name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ClaimStatus {
    phase: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Class {
    metadata: Metadata,
    volume_binding_mode: String,
}

/// Facts about every claim of a workload's pods.
pub(super) async fn facts(
    api: &ApiServer,
    key: &ObjectKey,
    pods: &[PodState],
) -> Result<Vec<ClaimFact>, Fault> {
    let Some(place) = path::of(key) else {
        return Ok(Vec::new());
    };
    let request = place
        .get(&key.name, &GetParams::default())
        .map_err(|error| Fault::invalid(error.to_string()))?;
    let workload: Workload = api.json(request, QUICK).await?;
    let names = names(&workload, key, pods)
        .into_iter()
        .filter(|name| path::is_segment(name))
        .take(CLAIMS);
    let claims = stream::iter(names).map(|name| async move {
        let claim = claim(api, key, &name).await?;
        Ok::<_, Fault>((name, claim))
    });
    let claims: Vec<(String, Option<Claim>)> = claims.buffered(AT_ONCE).try_collect().await?;
    let open = claims.iter().any(|(_, claim)| {
        claim
            .as_ref()
            .is_some_and(|claim| claim.status.phase != "Bound")
    });
    // Without the right to read classes nothing can be said about them.
    let classes = if open { classes(api).await.ok() } else { None };
    Ok(claims
        .into_iter()
        .map(|(name, claim)| fact(name, claim, classes.as_deref()))
        .collect())
}

/// Names of claims: named ones, and those that Kubernetes makes for each pod.
fn names(workload: &Workload, key: &ObjectKey, pods: &[PodState]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let first = format!("{}-0", key.name);
    let sets_pods = || match pods {
        [] => vec![first.as_str()],
        pods => pods.iter().map(|pod| pod.name.as_str()).collect(),
    };
    for template in workload.spec.volume_claim_templates.iter().flatten() {
        names.extend(
            sets_pods()
                .into_iter()
                .map(|pod| format!("{}-{pod}", template.metadata.name)),
        );
    }
    for volume in workload.spec.template.spec.volumes.iter().flatten() {
        names.extend(
            volume
                .persistent_volume_claim
                .as_ref()
                .map(|source| source.claim_name.clone()),
        );
        if volume.ephemeral.is_some() {
            names.extend(
                pods.iter()
                    .map(|pod| format!("{}-{}", pod.name, volume.name)),
            );
        }
    }
    names
}

async fn claim(api: &ApiServer, key: &ObjectKey, name: &str) -> Result<Option<Claim>, Fault> {
    let request = path::collection(Kind::PersistentVolumeClaim, key.namespace.as_deref())
        .get(name, &GetParams::default())
        .map_err(|error| Fault::invalid(error.to_string()))?;
    match api.json(request, QUICK).await {
        Ok(claim) => Ok(Some(claim)),
        Err(fault) if fault.code() == 404 => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn classes(api: &ApiServer) -> Result<Vec<Class>, Fault> {
    let request = path::resource("storage.k8s.io/v1", None, "storageclasses")
        .list(&ListParams::default())
        .map_err(|error| Fault::invalid(error.to_string()))?;
    Ok(api.json::<List<Class>>(request, QUICK).await?.items)
}

fn fact(name: String, claim: Option<Claim>, classes: Option<&[Class]>) -> ClaimFact {
    let Some(claim) = claim else {
        return ClaimFact {
            name,
            class_exists: true,
            ..ClaimFact::default()
        };
    };
    let asked = claim.spec.storage_class_name;
    let class = classes.and_then(|classes| match &asked {
        Some(asked) => classes.iter().find(|class| class.metadata.name == *asked),
        None => classes
            .iter()
            .find(|class| is_default(&class.metadata.annotations)),
    });
    // An empty class name, or a volume that is named already, asks no provisioner.
    let needs_none = asked.as_deref() == Some("") || !claim.spec.volume_name.is_empty();
    ClaimFact {
        name,
        exists: true,
        phase: claim.status.phase,
        storage_class: asked.unwrap_or_default(),
        class_exists: class.is_some() || needs_none || classes.is_none(),
        waits_for_consumer: class
            .is_some_and(|class| class.volume_binding_mode == "WaitForFirstConsumer"),
    }
}

fn is_default(annotations: &Option<BTreeMap<String, String>>) -> bool {
    annotations
        .as_ref()
        .and_then(|all| all.get(DEFAULT_CLASS))
        .is_some_and(|value| value == "true")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn claim_fact(spec: Value, classes: &[(&str, bool)]) -> ClaimFact {
        let claim =
            serde_json::from_value(json!({"spec": spec, "status": {"phase": "Pending"}})).unwrap();
        let class = |(name, default): &(&str, bool)| {
            let annotations = json!({DEFAULT_CLASS: default.to_string()});
            let body = json!({"metadata": {"name": name, "annotations": annotations}, "volumeBindingMode": "WaitForFirstConsumer"});
            serde_json::from_value(body).unwrap()
        };
        let classes: Vec<Class> = classes.iter().map(class).collect();
        fact("c".into(), Some(claim), Some(&classes))
    }

    #[test]
    fn a_class_exists_by_name_or_as_default() {
        let fast = [("fast", false)];
        let standard = [("standard", true)];
        assert!(claim_fact(json!({"storageClassName": "fast"}), &fast).class_exists);
        assert!(!claim_fact(json!({"storageClassName": "slow"}), &fast).class_exists);
        assert!(claim_fact(json!({"storageClassName": ""}), &fast).class_exists);
        assert!(!claim_fact(json!({}), &fast).class_exists);
        assert!(
            claim_fact(json!({}), &standard).class_exists
                && claim_fact(json!({}), &standard).waits_for_consumer
        );
        assert!(claim_fact(json!({"volumeName": "pv"}), &fast).class_exists);
    }

    #[test]
    fn a_claim_is_named_or_made_for_each_pod() {
        let workload = serde_json::from_value(json!({"spec": {
            "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
            "template": {"spec": {"volumes": [{"name": "a", "persistentVolumeClaim": {"claimName": "shared"}}, {"name": "tmp", "ephemeral": {}}, {"name": "b", "emptyDir": {}}]}}}}))
        .unwrap();
        let key = ObjectKey {
            kind: Kind::StatefulSet,
            namespace: Some("ns".into()),
            name: "db".into(),
        };
        let pod = PodState {
            name: "db-1".into(),
            ..PodState::default()
        };
        let of = |pods: &[PodState]| names(&workload, &key, pods).into_iter().collect::<Vec<_>>();
        assert_eq!(of(&[pod]), ["data-db-1", "db-1-tmp", "shared"]);
        assert_eq!(of(&[]), ["data-db-0", "shared"]);
    }
}
