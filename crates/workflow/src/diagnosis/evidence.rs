//! What was gathered about a workload that is not ready.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Extended facts, fetched only while something is not ready.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Events of the workload, its ReplicaSet, pods and claims, newest last.
    pub events: Vec<EventFact>,
    /// Claims that the pods use.
    pub claims: Vec<ClaimFact>,
    /// Nodes that could run pods.
    pub nodes: Vec<NodeRoom>,
    /// Last log lines of crashed containers.
    pub logs: Vec<LogTail>,
    /// Deployment: revision of its newest pods, by its ReplicaSets; empty when not known.
    #[serde(default)]
    pub revision: String,
}

/// A Kubernetes event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EventFact {
    /// Kind of the object it is about.
    pub kind: String,
    /// Name of that object.
    pub name: String,
    /// Whether it is a warning.
    pub warning: bool,
    /// CamelCase reason.
    pub reason: String,
    /// Message.
    pub message: String,
    /// How often it was seen.
    pub count: i32,
    /// Last time, milliseconds since the epoch.
    pub last_ms: i64,
}

/// A claim a pod uses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimFact {
    /// Name.
    pub name: String,
    /// Whether it exists.
    pub exists: bool,
    /// `Pending`, `Bound`, `Lost`.
    pub phase: String,
    /// StorageClass it asks for; empty when none.
    pub storage_class: String,
    /// Whether that StorageClass exists (true when none is asked for and a default exists).
    pub class_exists: bool,
    /// Whether the class waits for the first pod before it binds.
    pub waits_for_consumer: bool,
}

/// What a node can hold and what is free on it, in milli-units of each resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeRoom {
    /// Node name.
    pub name: String,
    /// Ready and not cordoned.
    pub usable: bool,
    /// `status.allocatable`, milli-units (bytes × 1000 for memory).
    pub allocatable: BTreeMap<String, i128>,
    /// Sum of the requests of pods bound to it, milli-units.
    pub requested: BTreeMap<String, i128>,
}

/// What one pod asks for, milli-units of each resource.
pub type Requests = BTreeMap<String, i128>;

/// Last log lines of a container.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LogTail {
    /// Pod.
    pub pod: String,
    /// Container.
    pub container: String,
    /// Lines, oldest first.
    pub lines: Vec<String>,
}

impl Evidence {
    /// Newest event about an object whose reason is one of `reasons`.
    pub(crate) fn event(&self, name: &str, reasons: &[&str]) -> Option<&EventFact> {
        self.events
            .iter()
            .rev()
            .find(|e| e.name == name && reasons.contains(&e.reason.as_str()))
    }

    /// Last log lines of a container, as one text.
    pub(crate) fn log_of(&self, pod: &str, container: &str) -> Option<String> {
        let tail = self
            .logs
            .iter()
            .find(|tail| tail.pod == pod && tail.container == container)?;
        (!tail.lines.is_empty()).then(|| tail.lines.join("\n"))
    }
}
