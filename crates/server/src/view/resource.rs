//! Objects of an application.

use kubemin_api_types as api;
use kubemin_objects::ObjectKey;

/// An object of the inventory.
pub(crate) fn resource((key, component): &(ObjectKey, String)) -> api::Resource {
    api::Resource {
        api_version: key.kind.api_version().to_owned(),
        kind: key.kind.name().to_owned(),
        namespace: key.namespace.clone().unwrap_or_default(),
        name: key.name.clone(),
        component: component.clone(),
    }
}
