//! History of an application.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::FieldChange;

/// A revision of a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Number, from 1.
    pub revision: i64,
    /// Whether it is the one that is wanted now.
    pub current: bool,
    /// Version the author gave.
    pub version: String,
    /// Why it was made: `apply`, `scale web to 3`, `rollback to 2`, `stop` …
    pub cause: String,
    /// State of the newest task that deployed it; empty when none did.
    pub task_state: String,
    /// When it was made.
    pub created_at: String,
    /// The document, when one revision was asked for; secret values masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub document: Option<Value>,
}

/// Revisions, newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevisionList {
    /// The revisions.
    pub revisions: Vec<Revision>,
    /// `cursor` of the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Differences between two revisions of a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevisionDiff {
    /// The older side.
    pub from: i64,
    /// The newer side.
    pub to: i64,
    /// Whether they differ.
    pub different: bool,
    /// Fields that differ; a secret value that changed reads `(changed)`.
    pub fields: Vec<FieldChange>,
    /// The same as a unified diff of YAML.
    pub text: String,
}
