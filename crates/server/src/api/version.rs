//! A new version of an application in the words of the earlier API: components changed, added, removed.

use axum::Json;
use axum::extract::Path;
use kubemin_api_types::VersionUpdated;
use kubemin_model::Format;
use kubemin_ports::ApplicationRow;
use kubemin_ports::task::TaskOptions;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::deploy::{self, Deployment};
use crate::input::{Body, Json as Input, submitted};
use crate::problem::{Answer, INTERNAL, INVALID_REQUEST, NO_COMPONENT, Refusal};
use crate::state::Core;

/// What changes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct VersionUpdate {
    version: String,
    #[serde(default)]
    strategy: Option<String>,
    #[serde(default)]
    components: Vec<ComponentUpdate>,
    #[serde(default, alias = "auto_exec")]
    auto_exec: Option<bool>,
    #[serde(default)]
    description: Option<String>,
}

/// A component to change; fields that cannot be changed here are refused one by one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ComponentUpdate {
    #[serde(default)]
    action: Option<String>,
    name: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// `POST /applications/{id}/version`.
pub(crate) async fn update(
    core: Core,
    Path(id): Path<String>,
    Input(update): Input<VersionUpdate>,
) -> Answer<Json<VersionUpdated>> {
    let row = core.store.application(&id).await?;
    let strategy = strategy(update.strategy.as_deref())?;
    let mut answer = VersionUpdated {
        app_id: id,
        version: update.version.clone(),
        previous_version: row
            .document
            .version
            .clone()
            .unwrap_or_else(|| "1.0.0".to_owned()),
        strategy: strategy.to_owned(),
        ..VersionUpdated::default()
    };
    let execute = update.auto_exec.unwrap_or(true);
    let body = updated(&row, update, strategy, &mut answer)?;
    let submitted = submitted(body, &core.facts).await?;
    let how = Deployment {
        cause: format!("version {}", answer.version),
        expected: Some(row.revision),
        task: execute.then(|| (TaskOptions::default(), false)),
        ..Deployment::default()
    };
    let stored = deploy::store(&core, &submitted.app, how).await?;
    answer.task_id = stored.task_id.unwrap_or_default();
    Ok(Json(answer))
}

fn strategy(wanted: Option<&str>) -> Answer<&'static str> {
    match wanted.unwrap_or("rolling") {
        "rolling" | "" => Ok("rolling"),
        "recreate" => Ok("recreate"),
        other => {
            let detail = format!("strategy is {other}; rolling and recreate are offered");
            Err(Refusal::new(&INVALID_REQUEST, detail)
                .at("strategy", "is not offered")
                .business(10012))
        }
    }
}

/// The stored document with the changes, as a body to check.
fn updated(
    row: &ApplicationRow,
    update: VersionUpdate,
    strategy: &str,
    answer: &mut VersionUpdated,
) -> Answer<Body> {
    let unwritable = |_| Refusal::new(&INTERNAL, "the stored document could not be written");
    let mut document = serde_json::to_value(&row.document).map_err(unwritable)?;
    document["version"] = json!(update.version);
    if let Some(description) = update.description {
        document["description"] = json!(description);
    }
    let mut components = document["components"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for change in update.components {
        apply(&mut components, change, strategy, answer)?;
    }
    document["components"] = Value::Array(components);
    Ok(Body {
        text: document.to_string(),
        format: Format::Json,
    })
}

fn apply(
    components: &mut Vec<Value>,
    change: ComponentUpdate,
    strategy: &str,
    answer: &mut VersionUpdated,
) -> Answer<()> {
    let found = components
        .iter()
        .position(|component| component["name"] == change.name.as_str());
    let missing = || {
        let detail = format!("the application has no component {}", change.name);
        Refusal::new(&NO_COMPONENT, detail).business(10013)
    };
    match change.action.as_deref().unwrap_or("update") {
        "add" => {
            let mut component = change.fields;
            component.insert("name".to_owned(), json!(change.name));
            answer.added_components.push(change.name);
            components.push(Value::Object(component));
        }
        "remove" => {
            components.remove(found.ok_or_else(missing)?);
            answer.removed_components.push(change.name);
        }
        "update" => {
            let component = &mut components[found.ok_or_else(missing)?];
            merge(component, change.fields, strategy)?;
            answer.updated_components.push(change.name);
        }
        other => {
            let detail = format!("action is {other}; it is update, add or remove");
            return Err(Refusal::new(&INVALID_REQUEST, detail)
                .at("components", "unknown action")
                .business(10016));
        }
    }
    Ok(())
}

/// Image and replicas are replaced, env is merged.
fn merge(component: &mut Value, fields: Map<String, Value>, strategy: &str) -> Answer<()> {
    for (field, value) in fields {
        match (field.as_str(), value) {
            ("image" | "replicas", value) => component[field] = value,
            ("env", Value::Object(env)) => {
                for (name, value) in env {
                    component["properties"]["env"][name] = value;
                }
            }
            (field, _) => {
                let detail =
                    format!("{field} cannot be changed here; store the whole document instead");
                return Err(
                    Refusal::new(&INVALID_REQUEST, detail).at(field, "cannot be changed here")
                );
            }
        }
    }
    if strategy == "recreate" && component["type"] == "webservice" {
        component["traits"]["update"]["strategy"] = json!("recreate");
    }
    Ok(())
}
