//! Kubernetes events: fetching, and choosing those that tell of what is there now.

use std::collections::{HashMap, HashSet};

use futures::stream::{self, StreamExt, TryStreamExt};
use kube::core::params::ListParams;
use kubemin_objects::{ObjectKey, Observed, PodState};
use kubemin_workflow::diagnosis::{ClaimFact, EventFact};
use serde::Deserialize;

use super::lineage::is_made_by;
use crate::api_server::{ApiServer, QUICK};
use crate::fault::Fault;
use crate::path;
use crate::read::{List, Metadata};
use crate::watch::{Store, millis};

/// Pages for a question that is repeated every second.
pub(super) const PAGES: usize = 2;
/// Pages for a person who asked.
const PAGES_FOR_A_PERSON: usize = 10;
const PAGE_SIZE: u32 = 500;
/// Objects that are asked for by name in a namespace with too many events.
const NAMES: usize = 12;
const AT_ONCE: usize = 4;

/// An event as the API server sends it, old form or new.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RawEvent {
    metadata: Metadata,
    involved_object: Involved,
    #[serde(rename = "type")]
    level: Option<String>,
    reason: Option<String>,
    message: Option<String>,
    count: Option<i32>,
    first_timestamp: Option<String>,
    last_timestamp: Option<String>,
    event_time: Option<String>,
    series: Option<Series>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Involved {
    kind: String,
    name: String,
    uid: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Series {
    count: i32,
    last_observed_time: Option<String>,
}

impl RawEvent {
    fn fact(&self) -> EventFact {
        EventFact {
            kind: self.involved_object.kind.clone(),
            name: self.involved_object.name.clone(),
            warning: self.level.as_deref() == Some("Warning"),
            reason: self.reason.clone().unwrap_or_default(),
            message: self.message.clone().unwrap_or_default(),
            count: self
                .count
                .or(self.series.as_ref().map(|series| series.count))
                .unwrap_or(1)
                .max(1),
            last_ms: self.last_ms(),
        }
    }

    /// Time, and place among events of one second: the API server's versions grow.
    fn order(&self) -> (i64, u64) {
        (
            self.last_ms(),
            self.metadata.resource_version.parse().unwrap_or(0),
        )
    }

    fn last_ms(&self) -> i64 {
        let series = self
            .series
            .as_ref()
            .and_then(|series| series.last_observed_time.as_ref());
        let times = [
            series,
            self.last_timestamp.as_ref(),
            self.event_time.as_ref(),
            self.first_timestamp.as_ref(),
        ];
        let time = times
            .into_iter()
            .flatten()
            .next()
            .unwrap_or(&self.metadata.creation_timestamp);
        millis(time)
    }
}

/// Events of a namespace.
pub(super) struct Listing {
    pub(super) events: Vec<RawEvent>,
    /// Whether these are all.
    pub(super) complete: bool,
}

/// Lists events of a namespace, at most `pages` pages: the API server keeps them by name, not by time, so that the
/// first pages of many say little.
pub(super) async fn list(api: &ApiServer, namespace: &str, pages: usize) -> Result<Listing, Fault> {
    let mut params = ListParams::default().limit(PAGE_SIZE);
    let mut events = Vec::new();
    for _ in 0..pages {
        let list: List<RawEvent> = page(api, namespace, &params).await?;
        events.extend(list.items);
        match list
            .metadata
            .continue_token
            .filter(|token| !token.is_empty())
        {
            Some(token) => params.continue_token = Some(token),
            None => {
                return Ok(Listing {
                    events,
                    complete: true,
                });
            }
        }
    }
    Ok(Listing {
        events,
        complete: false,
    })
}

/// Events about objects of these names.
pub(super) async fn list_named(
    api: &ApiServer,
    namespace: &str,
    names: &[String],
) -> Result<Vec<RawEvent>, Fault> {
    let lists = stream::iter(names.iter().take(NAMES).cloned()).map(|name| async move {
        let params = ListParams::default()
            .fields(&format!("involvedObject.name={name}"))
            .limit(PAGE_SIZE);
        page(api, namespace, &params).await.map(|list| list.items)
    });
    Ok(lists
        .buffered(AT_ONCE)
        .try_collect::<Vec<_>>()
        .await?
        .into_iter()
        .flatten()
        .collect())
}

async fn page(
    api: &ApiServer,
    namespace: &str,
    params: &ListParams,
) -> Result<List<RawEvent>, Fault> {
    if !path::is_segment(namespace) {
        return Err(Fault::invalid(format!("{namespace:?} is no namespace")));
    }
    let request = path::resource("v1", Some(namespace), "events")
        .list(params)
        .map_err(|error| Fault::invalid(error.to_string()))?;
    api.json(request, QUICK).await
}

/// The objects whose events explain a workload. A uid, where known, keeps out what happened to namesakes before.
pub(super) struct Subjects(HashMap<(String, String), String>);

impl Subjects {
    pub(super) fn new(
        workload: &ObjectKey,
        uid: &str,
        replica_set: Option<String>,
        pods: &[PodState],
        claims: &[ClaimFact],
    ) -> Self {
        let mut subjects = HashMap::new();
        let mut add = |kind: &str, name: &str, uid: &str| {
            subjects.insert((kind.to_owned(), name.to_owned()), uid.to_owned());
        };
        add(workload.kind.name(), &workload.name, uid);
        replica_set
            .iter()
            .for_each(|name| add("ReplicaSet", name, ""));
        pods.iter().for_each(|pod| add("Pod", &pod.name, &pod.uid));
        claims
            .iter()
            .for_each(|claim| add("PersistentVolumeClaim", &claim.name, ""));
        Self(subjects)
    }

    /// Names to ask for one by one, pods last.
    pub(super) fn names(&self) -> Vec<String> {
        let mut keys: Vec<&(String, String)> = self.0.keys().collect();
        keys.sort_by_key(|(kind, name)| (kind == "Pod", name));
        let names = keys.into_iter().map(|(_, name)| name);
        names
            .filter(|name| path::is_segment(name))
            .cloned()
            .collect()
    }

    /// Events about these objects, newest last, without those that a later success has overtaken.
    pub(super) fn choose(&self, events: &[RawEvent]) -> Vec<EventFact> {
        let about = |event: &&RawEvent| {
            let Involved { kind, name, uid } = &event.involved_object;
            let wanted = self.0.get(&(kind.clone(), name.clone()));
            wanted.is_some_and(|wanted| wanted.is_empty() || uid.is_empty() || wanted == uid)
        };
        without_overtaken(in_order(events.iter().filter(about)))
    }
}

/// Facts, newest last.
fn in_order<'a>(events: impl Iterator<Item = &'a RawEvent>) -> Vec<EventFact> {
    let mut events: Vec<&RawEvent> = events.collect();
    events.sort_by_key(|event| event.order());
    events.into_iter().map(RawEvent::fact).collect()
}

/// A pod that was refused once and made later is refused no more: the quota was raised, the account came.
fn without_overtaken(facts: Vec<EventFact>) -> Vec<EventFact> {
    let mut made: HashSet<(String, String)> = HashSet::new();
    let mut kept = Vec::with_capacity(facts.len());
    for fact in facts.into_iter().rev() {
        let object = (fact.kind.clone(), fact.name.clone());
        if fact.reason == "FailedCreate" && made.contains(&object) {
            continue;
        }
        if fact.reason == "SuccessfulCreate" {
            made.insert(object);
        }
        kept.push(fact);
    }
    kept.reverse();
    kept
}

/// Events about the workloads of an application, about what was made for them, and about its claims, oldest first.
pub(crate) async fn of_app(
    api: &ApiServer,
    store: &Store,
    namespace: &str,
    app_id: &str,
    claims: &[Observed],
) -> Result<Vec<EventFact>, Fault> {
    let listing = list(api, namespace, PAGES_FOR_A_PERSON).await?;
    let mut workloads = store.workloads(app_id);
    workloads.retain(|(key, _)| key.namespace.as_deref() == Some(namespace));
    let pods = store.pods_of_app(namespace, app_id);
    let about = |event: &&RawEvent| {
        let Involved { kind, name, .. } = &event.involved_object;
        let of_workload = |key: &ObjectKey| {
            key.kind.name() == kind && key.name == *name || is_made_by(key, kind, name)
        };
        workloads.iter().any(|(key, _)| of_workload(key))
            || kind == "Pod" && pods.iter().any(|pod| pod.name == *name)
            || kind == "PersistentVolumeClaim" && claims.iter().any(|claim| claim.key.name == *name)
    };
    Ok(in_order(listing.events.iter().filter(about)))
}

#[cfg(test)]
mod tests {
    use kubemin_objects::Kind;
    use serde_json::{Value, json};

    use super::*;

    fn event(kind: &str, name: &str, uid: &str, reason: &str, second: u32) -> RawEvent {
        let body = json!({"involvedObject": {"kind": kind, "name": name, "uid": uid}, "type": "Warning",
            "reason": reason, "message": "m", "eventTime": null, "lastTimestamp": format!("1970-01-01T00:00:{second:02}Z")});
        serde_json::from_value(body).unwrap()
    }

    fn subjects() -> Subjects {
        let key = ObjectKey {
            kind: Kind::StatefulSet,
            namespace: Some("ns".into()),
            name: "db".into(),
        };
        let pod = PodState {
            name: "db-0".into(),
            uid: "pod-now".into(),
            ..PodState::default()
        };
        Subjects::new(&key, "set-now", None, &[pod], &[])
    }

    #[test]
    fn namesakes_of_the_past_are_left_out() {
        let events = [
            event("Pod", "db-0", "pod-before", "BackOff", 1),
            event("StatefulSet", "db", "set-now", "FailedCreate", 3),
            event("Pod", "db-0", "pod-now", "Unhealthy", 2),
            event("Pod", "db-1", "other", "BackOff", 4),
        ];
        let chosen: Vec<String> = subjects()
            .choose(&events)
            .into_iter()
            .map(|fact| fact.reason)
            .collect();
        assert_eq!(chosen, ["Unhealthy", "FailedCreate"]);
    }

    #[test]
    fn a_refusal_that_a_success_followed_is_left_out() {
        let seen = |second: u32, version: &str| {
            let mut refused = event("StatefulSet", "db", "set-now", "FailedCreate", 5);
            refused.metadata.resource_version = "9".into();
            let mut made = event("StatefulSet", "db", "set-now", "SuccessfulCreate", second);
            made.metadata.resource_version = version.into();
            subjects()
                .choose(&[refused, made])
                .iter()
                .any(|fact| fact.reason == "FailedCreate")
        };
        assert!(seen(4, "10") && seen(5, "8"));
        assert!(!seen(5, "10") && !seen(6, "8"));
    }

    #[test]
    fn both_forms_of_events_are_understood() {
        let fact = |body: Value| serde_json::from_value::<RawEvent>(body).unwrap().fact();
        let old = fact(
            json!({"involvedObject": {}, "type": "Normal", "count": 3, "firstTimestamp": "1970-01-01T00:00:01Z",
            "lastTimestamp": "1970-01-01T00:00:09Z", "eventTime": null, "reason": "r", "message": "m"}),
        );
        assert_eq!((old.count, old.last_ms, old.warning), (3, 9_000, false));
        let new = fact(
            json!({"involvedObject": {}, "type": "Warning", "eventTime": "1970-01-01T00:00:01.500000Z",
            "lastTimestamp": null, "count": null, "series": {"count": 4, "lastObservedTime": "1970-01-01T00:00:07.250000Z"}}),
        );
        assert_eq!((new.count, new.last_ms, new.warning), (4, 7_250, true));
        let once = fact(json!({"involvedObject": {}, "eventTime": "1970-01-01T00:00:01.500000Z"}));
        assert_eq!((once.count, once.last_ms), (1, 1_500));
    }
}
