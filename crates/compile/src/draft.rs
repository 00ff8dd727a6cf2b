//! An object before its place in the order is known.

use k8s_openapi::Metadata;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kubemin_objects::{Kind, Object, ObjectKey, ObjectRole};
use serde::Serialize;
use serde_json::Value;

use crate::context::Owner;

/// An object, and the place in the document that asked for its name.
pub struct Draft {
    /// The object.
    pub object: Object,
    /// Canonical path to blame when the name is taken.
    pub path: String,
}

impl Draft {
    /// An object from its Kubernetes type.
    pub fn typed<T>(owner: Owner<'_>, kind: Kind, path: String, resource: &T) -> Self
    where
        T: Serialize + Metadata<Ty = ObjectMeta>,
    {
        Self::plain(owner, kind, path, resource.metadata(), json(resource))
    }

    /// An object from its JSON, for kinds without a Kubernetes type here.
    pub fn plain(
        owner: Owner<'_>,
        kind: Kind,
        path: String,
        metadata: &ObjectMeta,
        body: Value,
    ) -> Self {
        let key = ObjectKey {
            kind,
            namespace: metadata.namespace.clone(),
            name: metadata.name.clone().unwrap_or_default(),
        };
        let object = Object {
            key,
            component: owner.component.name.clone(),
            role: ObjectRole::Owned,
            body,
        };
        Self { object, path }
    }

    /// The same object with another life cycle.
    pub fn with_role(mut self, role: ObjectRole) -> Self {
        self.object.role = role;
        self
    }
}

/// A Kubernetes value as JSON.
#[expect(
    clippy::expect_used,
    reason = "Kubernetes types have string keys only, so that their JSON always exists"
)]
pub fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("a Kubernetes type serialises to JSON")
}
