//! A compiled object: identity, origin, place in the order, body.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Kind;

/// Identity of an object in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectKey {
    /// Kind of the object.
    pub kind: Kind,
    /// Namespace; `None` for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

impl std::fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

/// What an object is for, where the kind does not say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObjectRole {
    /// Made, changed and removed with its component.
    #[default]
    Owned,
    /// A claim that belongs to this application: kept on delete unless data is purged (app-plane §1 Claims).
    OwnClaim,
    /// A claim that several applications may use (`tmpCreate: false`, decision 41).
    SharedClaim,
}

/// One compiled object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Identity.
    pub key: ObjectKey,
    /// Component it was made for (normalised name).
    pub component: String,
    /// Life cycle.
    pub role: ObjectRole,
    /// The object as it is applied: `apiVersion`, `kind`, `metadata`, `spec` … without status or Kubernetes defaults.
    pub body: Value,
}

impl Object {
    /// Job priority, lower runs earlier.
    pub fn priority(&self) -> u8 {
        self.key.kind.priority()
    }
}

/// Everything an application becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compiled {
    /// Application id (decision 8).
    pub app_id: String,
    /// Application name, normalised.
    pub name: String,
    /// Namespace of the application.
    pub namespace: String,
    /// Objects in apply order: by priority, then component in the order of the workflow, then kind.
    pub objects: Vec<Object>,
}
