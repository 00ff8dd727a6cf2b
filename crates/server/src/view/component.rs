//! Components.

use kubemin_api_types as api;
use kubemin_model::names;
use kubemin_ports::{ApplicationRow, ComponentRow};
use serde::Serialize;
use serde_json::{Value, json};

use super::status::wanted;
use super::words::type_word;
use crate::{mask, time};

/// Components with their status, in the document's order.
pub(crate) fn components(row: &ApplicationRow, rows: &[ComponentRow]) -> Vec<api::Component> {
    let document = mask::masked(&row.document);
    let one = |component: &kubemin_model::Component| {
        let found = rows
            .iter()
            .find(|other| other.name == component.name)
            .cloned()
            .unwrap_or_default();
        api::Component {
            id: names::component_id(&row.id, &component.name),
            app_id: row.id.clone(),
            name: component.name.clone(),
            namespace: row.namespace.clone(),
            kind: type_word(component.kind).to_owned(),
            image: component.image.clone().unwrap_or_default(),
            replicas: wanted(component, &found),
            ready_replicas: found.ready_replicas,
            status: found.status.as_str().to_owned(),
            reason: found.reason,
            message: found.message,
            properties: shown(component.properties.as_ref()),
            traits: shown(component.traits.as_ref()),
            create_time: time::text(row.created_ms),
            update_time: time::text(found.updated_ms.max(row.updated_ms)),
        }
    };
    document.components.iter().map(one).collect()
}

fn shown<T: Serialize>(part: Option<&T>) -> Value {
    part.and_then(|part| serde_json::to_value(part).ok())
        .unwrap_or_else(|| json!({}))
}
