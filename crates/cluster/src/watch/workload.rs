//! Deployments, StatefulSets and Jobs as the API server sends them, cut down while they are decoded.

use kubemin_objects::observed::Condition;
use kubemin_objects::{Kind, ObjectKey, WorkloadState, labels};
use serde::Deserialize;

use super::index::Tracked;
use super::stream::Watched;
use crate::read::Metadata;

/// The fields of the three kinds that are looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RawWorkload {
    metadata: Metadata,
    spec: Spec,
    status: Status,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    replicas: Option<i32>,
    completions: Option<i32>,
    parallelism: Option<i32>,
    update_strategy: Option<UpdateStrategy>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct UpdateStrategy {
    rolling_update: Option<RollingUpdate>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RollingUpdate {
    partition: Option<i32>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    observed_generation: i64,
    replicas: i32,
    ready_replicas: i32,
    updated_replicas: i32,
    available_replicas: i32,
    active: i32,
    succeeded: i32,
    failed: i32,
    current_revision: String,
    update_revision: String,
    conditions: Option<Vec<RawCondition>>,
}

/// A condition of any object.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawCondition {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) reason: String,
    pub(super) message: String,
}

impl RawCondition {
    pub(super) fn is_true(&self) -> bool {
        self.status == "True"
    }
}

impl Watched for RawWorkload {
    type Key = ObjectKey;
    type State = WorkloadState;

    fn version(&self) -> &str {
        &self.metadata.resource_version
    }

    fn split(self, kind: Option<Kind>) -> (ObjectKey, WorkloadState) {
        let kind = kind.unwrap_or(Kind::Deployment);
        let key = ObjectKey {
            kind,
            namespace: self.metadata.namespace.clone(),
            name: self.metadata.name.clone(),
        };
        (key, self.state(kind))
    }
}

impl RawWorkload {
    fn state(self, kind: Kind) -> WorkloadState {
        let Self {
            mut metadata,
            spec,
            status,
        } = self;
        let mut label = |name: &str| {
            metadata
                .labels
                .as_mut()
                .and_then(|labels| labels.remove(name))
                .unwrap_or_default()
        };
        let (app_id, component) = (label(labels::APP_ID), label(labels::COMPONENT_NAME));
        let job = kind == Kind::Job;
        let rolling = spec
            .update_strategy
            .and_then(|strategy| strategy.rolling_update);
        WorkloadState {
            uid: metadata.uid,
            resource_version: metadata.resource_version,
            app_id,
            component,
            generation: metadata.generation,
            // Jobs report none: their specification cannot change.
            observed_generation: if job {
                metadata.generation
            } else {
                status.observed_generation
            },
            replicas: if job {
                spec.completions.or(spec.parallelism).unwrap_or(1)
            } else {
                spec.replicas.unwrap_or(1)
            },
            current: if job {
                status.active + status.succeeded + status.failed
            } else {
                status.replicas
            },
            ready: if job {
                status.succeeded
            } else {
                status.ready_replicas
            },
            updated: status.updated_replicas,
            available: status.available_replicas,
            failed: status.failed,
            revision_settled: !status.update_revision.is_empty()
                && status.current_revision == status.update_revision,
            update_revision: status.update_revision,
            partition: rolling.and_then(|rolling| rolling.partition).unwrap_or(0),
            conditions: status
                .conditions
                .into_iter()
                .flatten()
                .map(condition)
                .collect(),
        }
    }
}

fn condition(raw: RawCondition) -> Condition {
    Condition {
        is_true: raw.is_true(),
        kind: raw.kind,
        reason: raw.reason,
        message: raw.message,
    }
}

impl Tracked for WorkloadState {
    fn owner(&self) -> (&str, &str) {
        (&self.app_id, &self.component)
    }

    /// The version of the object alone tells nobody anything.
    fn tells_the_same(&self, other: &Self) -> bool {
        let Self {
            uid,
            resource_version: _,
            app_id,
            component,
            generation,
            observed_generation,
            replicas,
            current,
            ready,
            updated,
            available,
            failed,
            revision_settled,
            update_revision,
            partition,
            conditions,
        } = self;
        (uid, app_id, component, update_revision)
            == (
                &other.uid,
                &other.app_id,
                &other.component,
                &other.update_revision,
            )
            && (generation, observed_generation) == (&other.generation, &other.observed_generation)
            && (replicas, current, ready) == (&other.replicas, &other.current, &other.ready)
            && (updated, available, failed) == (&other.updated, &other.available, &other.failed)
            && (revision_settled, partition) == (&other.revision_settled, &other.partition)
            && conditions == &other.conditions
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn state(kind: Kind, body: Value) -> WorkloadState {
        serde_json::from_value::<RawWorkload>(body)
            .unwrap()
            .split(Some(kind))
            .1
    }

    #[test]
    fn a_deployment_without_numbers_wants_one_pod_and_has_none() {
        let seen = state(
            Kind::Deployment,
            json!({
            "metadata": {"uid": "u", "resourceVersion": "7", "generation": 2,
                "labels": {"kube-min-cli-appId": "a", "kube-min-cli-componentName": "web", "x": "y"}},
            "spec": {}, "status": {"observedGeneration": 1, "conditions": null}}),
        );
        let expected = WorkloadState {
            uid: "u".into(),
            resource_version: "7".into(),
            app_id: "a".into(),
            component: "web".into(),
            generation: 2,
            observed_generation: 1,
            replicas: 1,
            ..WorkloadState::default()
        };
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_stateful_set_is_settled_when_its_revisions_agree() {
        let set = |current: &str| {
            state(
                Kind::StatefulSet,
                json!({
            "spec": {"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}},
            "status": {"currentRevision": current, "updateRevision": "db-2"}}),
            )
        };
        assert!(set("db-2").revision_settled && !set("db-1").revision_settled);
        assert_eq!(
            (set("db-2").partition, set("db-2").update_revision.as_str()),
            (2, "db-2")
        );
    }

    #[test]
    fn a_job_counts_runs() {
        let seen = state(
            Kind::Job,
            json!({
            "metadata": {"generation": 1}, "spec": {"completions": 3},
            "status": {"active": 1, "succeeded": 1, "failed": 2,
                "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "m"}]}}),
        );
        assert_eq!(
            (
                seen.replicas,
                seen.current,
                seen.ready,
                seen.failed,
                seen.observed_generation
            ),
            (3, 4, 1, 2, 1)
        );
        let failed = Condition {
            kind: "Failed".into(),
            is_true: true,
            reason: "BackoffLimitExceeded".into(),
            message: "m".into(),
        };
        assert_eq!(seen.conditions, [failed]);
    }
}
