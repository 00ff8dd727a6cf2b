//! Rows about applications. Documents in here are clear: the store seals secret values at rest by itself.

use kubemin_model::Application;
use kubemin_objects::ObjectKey;
use kubemin_workflow::readiness::Status;
use serde::{Deserialize, Serialize};

/// An application as stored (table `min_applications`).
#[derive(Debug, Clone, PartialEq)]
pub struct ApplicationRow {
    /// Application id (decision 8).
    pub id: String,
    /// Normalised name, unique in the namespace.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Current revision, from 1.
    pub revision: i64,
    /// Canonical document of the current revision.
    pub document: Application,
    /// Objects that tasks have applied and not removed, with the component each was made for.
    pub inventory: Vec<(ObjectKey, String)>,
    /// Replicas before `stop`, by component; empty when not stopped.
    pub stopped: Vec<(String, i32)>,
    /// Times, milliseconds since the epoch.
    pub created_ms: i64,
    /// Last change of the document.
    pub updated_ms: i64,
}

/// A revision of a document (table `min_application_revisions`).
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionRow {
    /// Number, from 1.
    pub revision: i64,
    /// Canonical document.
    pub document: Application,
    /// Why it was made: `apply`, `scale`, `rollback to 3`, `stop`, `start` …
    pub cause: String,
    /// When, milliseconds since the epoch.
    pub created_ms: i64,
    /// State of the newest task that deployed it, empty when none did.
    pub task_state: String,
}

/// Status of a component (table `min_app_components`; columns `status`, `ready_replicas` are the seed's).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ComponentRow {
    /// Application id.
    pub app_id: String,
    /// Component name.
    pub name: String,
    /// Component type, wire word.
    pub kind: String,
    /// Status.
    pub status: Status,
    /// Wanted replicas.
    pub replicas: i32,
    /// Ready replicas.
    pub ready_replicas: i32,
    /// CamelCase reason, empty when all is well.
    pub reason: String,
    /// One sentence of cause and remedy.
    pub message: String,
    /// Last change, milliseconds since the epoch.
    pub updated_ms: i64,
}

/// Something that happened to an application (table `min_events`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EventRow {
    /// Grows with every event.
    pub id: i64,
    /// Application id.
    pub app_id: String,
    /// Task, empty when none.
    pub task_id: String,
    /// Component, empty when none.
    pub component: String,
    /// Whether it is a warning.
    pub warning: bool,
    /// CamelCase reason.
    pub reason: String,
    /// Message.
    pub message: String,
    /// When, milliseconds since the epoch.
    pub at_ms: i64,
}

/// Which applications to list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ApplicationFilter {
    /// Part of name, alias, project or description.
    pub text: Option<String>,
    /// Exact name.
    pub name: Option<String>,
    /// Exact namespace.
    pub namespace: Option<String>,
    /// Cursor of the page before.
    pub cursor: Option<String>,
    /// Rows at the most, 1 to 500.
    pub limit: usize,
}

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page<T> {
    /// Rows.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<String>,
}
