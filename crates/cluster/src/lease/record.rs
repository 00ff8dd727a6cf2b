//! A Lease as the API server has it
//! (<https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/>).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// `spec` of a Lease.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Spec {
    /// Who leads; absent or empty when it was given back.
    pub(crate) holder_identity: Option<String>,
    /// How long the holder may be silent, seconds.
    pub(crate) lease_duration_seconds: Option<i64>,
    pub(crate) acquire_time: Option<String>,
    pub(crate) renew_time: Option<String>,
    /// How often it has changed hands.
    pub(crate) lease_transitions: Option<i64>,
}

/// What is needed of a Lease.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Lease {
    pub(crate) metadata: Metadata,
    pub(crate) spec: Spec,
}

/// `metadata` of a Lease.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Metadata {
    pub(crate) resource_version: String,
}

impl Spec {
    /// Id of the holder, empty when nobody holds it.
    pub(crate) fn holder(&self) -> &str {
        self.holder_identity.as_deref().unwrap_or_default()
    }

    /// How often it has changed hands.
    pub(crate) fn transitions(&self) -> i64 {
        self.lease_transitions.unwrap_or_default()
    }

    /// Held by `me` from `now` on; the time of acquisition stays when it was mine before.
    pub(crate) fn held(before: Option<&Self>, me: &str, seconds: i64, now: &str) -> Self {
        let mine = before.filter(|spec| spec.holder() == me);
        let passed = before.map_or(0, |spec| spec.transitions() + 1);
        Self {
            holder_identity: Some(me.to_owned()),
            lease_duration_seconds: Some(seconds),
            acquire_time: mine
                .and_then(|spec| spec.acquire_time.clone())
                .or_else(|| Some(now.to_owned())),
            renew_time: Some(now.to_owned()),
            lease_transitions: Some(mine.map_or(passed, Spec::transitions)),
        }
    }

    /// Given back: the next one need not wait.
    pub(crate) fn given_back(self, now: &str) -> Self {
        Self {
            holder_identity: Some(String::new()),
            lease_duration_seconds: Some(1),
            renew_time: Some(now.to_owned()),
            ..self
        }
    }

    /// The whole object. An empty `version` makes a new one.
    pub(crate) fn body(&self, namespace: &str, name: &str, version: &str) -> Value {
        let mut body = json!({
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": name, "namespace": namespace},
            "spec": self,
        });
        if !version.is_empty() {
            body["metadata"]["resourceVersion"] = json!(version);
        }
        body
    }
}

/// `MicroTime`: RFC 3339 with six digits.
pub(crate) fn micro_time(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acquisition_and_transitions_stay_while_one_holds_it() {
        let first = Spec::held(None, "a", 15, "t1");
        assert_eq!(
            (first.acquire_time.as_deref(), first.transitions()),
            (Some("t1"), 0)
        );
        let renewed = Spec::held(Some(&first), "a", 15, "t2");
        assert_eq!(
            (renewed.acquire_time.as_deref(), renewed.transitions()),
            (Some("t1"), 0)
        );
        assert_eq!(renewed.renew_time.as_deref(), Some("t2"));
        let passed = Spec::held(Some(&renewed), "b", 15, "t3");
        assert_eq!(
            (passed.acquire_time.as_deref(), passed.transitions()),
            (Some("t3"), 1)
        );
    }

    #[test]
    fn times_have_six_digits() {
        let moment: Timestamp = "2026-01-02T03:04:05.67Z".parse().unwrap();
        assert_eq!(micro_time(moment), "2026-01-02T03:04:05.670000Z");
    }
}
