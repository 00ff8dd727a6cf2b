//! Applications in lists and alone.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An application without its document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSummary {
    /// Application id.
    pub id: String,
    /// Name, unique in the namespace.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Name to show to people.
    pub alias: String,
    /// Version the author gave.
    pub version: String,
    /// Project.
    pub project: String,
    /// What it is for.
    pub description: String,
    /// Address of a picture.
    pub icon: String,
    /// Current revision, from 1.
    pub revision: i64,
    /// Running, Pending, Failed, Unknown, Stopped or Completed (decision 35).
    pub phase: String,
    /// Number of components.
    pub components: usize,
    /// Its workflow; an application has one.
    pub workflow_id: String,
    /// Whether it is a template.
    pub template_enabled: bool,
    /// When it was made.
    pub create_time: String,
    /// When its document last changed.
    pub update_time: String,
}

/// A page of applications, newest change first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationList {
    /// The applications.
    pub applications: Vec<ApplicationSummary>,
    /// `cursor` of the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// An application with its document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: ApplicationSummary,
    /// The document in camelCase; secret values masked.
    #[schema(value_type = Object)]
    pub document: Value,
}
