//! Applications.

use kubemin_api_types as api;
use kubemin_ports::{ApplicationRow, ComponentRow};
use serde_json::Value;

use super::status::phase;
use crate::{mask, time};

/// An application in a list.
pub(crate) fn summary(
    row: &ApplicationRow,
    components: &[&ComponentRow],
) -> api::ApplicationSummary {
    let document = &row.document;
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    api::ApplicationSummary {
        id: row.id.clone(),
        name: row.name.clone(),
        namespace: row.namespace.clone(),
        alias: text(&document.alias),
        version: document
            .version
            .clone()
            .unwrap_or_else(|| "1.0.0".to_owned()),
        project: text(&document.project),
        description: text(&document.description),
        icon: text(&document.icon),
        revision: row.revision,
        phase: phase(row, components).as_str().to_owned(),
        components: document.components.len(),
        workflow_id: row.id.clone(),
        template_enabled: document.template_enabled.unwrap_or_default(),
        create_time: time::text(row.created_ms),
        update_time: time::text(row.updated_ms),
    }
}

/// An application with its document.
pub(crate) fn application(row: &ApplicationRow, components: &[&ComponentRow]) -> api::Application {
    let document = serde_json::to_value(mask::masked(&row.document)).unwrap_or(Value::Null);
    api::Application {
        summary: summary(row, components),
        document,
    }
}
