//! The workflow as a part of a document: read, replace, try.

use axum::Json;
use axum::extract::Path;
use kubemin_api_types::{CheckReport, UpdatedWorkflow, Workflow, WorkflowList};
use kubemin_model::{Format, revive};
use kubemin_ports::ApplicationRow;
use kubemin_workflow::plan::derived_steps;
use serde::Deserialize;
use serde_json::Value;

use crate::api::document::report;
use crate::deploy::{self, Deployment};
use crate::input::{Body, Json as Input, check, submitted};
use crate::problem::{Answer, INTERNAL, INVALID_DOCUMENT, NO_WORKFLOW, Refusal};
use crate::state::Core;
use crate::time;

/// A workflow in a request; names of the earlier API are accepted and say nothing here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Steps {
    #[serde(default, alias = "workflow_id", rename = "workflowId")]
    id: Option<String>,
    #[serde(default, rename = "name")]
    _name: Option<String>,
    #[serde(default, rename = "alias")]
    _alias: Option<String>,
    workflow: Value,
}

/// `GET /applications/{id}/workflows`.
pub(crate) async fn list(core: Core, Path(id): Path<String>) -> Answer<Json<WorkflowList>> {
    let row = core.store.application(&id).await?;
    let task = core.store.latest_task(&id).await?;
    let app = revive(row.document.clone())?;
    let given = row
        .document
        .workflow
        .as_ref()
        .map(|workflow| workflow.steps.clone());
    let steps = given
        .clone()
        .unwrap_or_else(|| derived_steps(app.document()));
    let workflow = Workflow {
        id: row.id.clone(),
        name: format!("{}-workflow", row.name),
        namespace: row.namespace.clone(),
        status: task
            .map(|task| task.state.as_str().to_owned())
            .unwrap_or_default(),
        derived: given.is_none(),
        steps: steps
            .iter()
            .map(|step| serde_json::to_value(step).unwrap_or(Value::Null))
            .collect(),
        create_time: time::text(row.created_ms),
        update_time: time::text(row.updated_ms),
    };
    Ok(Json(WorkflowList {
        workflows: vec![workflow],
    }))
}

/// `PUT /applications/{id}/workflow`: a new revision that is not deployed yet.
pub(crate) async fn replace(
    core: Core,
    Path(id): Path<String>,
    Input(steps): Input<Steps>,
) -> Answer<Json<UpdatedWorkflow>> {
    let row = core.store.application(&id).await?;
    if let Some(workflow) = steps.id.filter(|workflow| *workflow != id) {
        let detail = format!("the application has the workflow {id}, not {workflow}");
        return Err(Refusal::new(&NO_WORKFLOW, detail).business(20005));
    }
    let submitted = submitted(with_workflow(&row, steps.workflow)?, &core.facts)
        .await
        .map_err(|refusal| {
            if refusal.is(&INVALID_DOCUMENT) {
                refusal.business(20000)
            } else {
                refusal
            }
        })?;
    let how = Deployment {
        cause: "workflow".to_owned(),
        expected: Some(row.revision),
        stopped: row.stopped.clone(),
        ..Deployment::default()
    };
    let stored = deploy::store(&core, &submitted.app, how).await?;
    Ok(Json(UpdatedWorkflow {
        workflow_id: id,
        revision: stored.revision,
    }))
}

/// `POST /applications/{id}/workflow/try`.
pub(crate) async fn try_out(
    core: Core,
    Path(id): Path<String>,
    Input(steps): Input<Steps>,
) -> Answer<Json<CheckReport>> {
    tried(&core, &id, steps.workflow).await.map(Json)
}

/// Checks a workflow with the components of a stored application.
pub(crate) async fn tried(core: &Core, id: &str, workflow: Value) -> Answer<CheckReport> {
    let row = core.store.application(id).await?;
    let (result, warnings) = check(with_workflow(&row, workflow)?, &core.facts).await?;
    Ok(report(result.err().unwrap_or_default(), warnings))
}

/// A body that names a stored application means its components: only the workflow is checked.
pub(crate) fn of_a_stored_application(body: &Body) -> Option<(String, Value)> {
    if body.format != Format::Json
        || !(body.text.contains("\"app_id\"") || body.text.contains("\"appId\""))
    {
        return None;
    }
    let mut value: Value = serde_json::from_str(&body.text).ok()?;
    let id = ["app_id", "appId"]
        .iter()
        .find_map(|key| value.get(key)?.as_str().map(str::to_owned))?;
    Some((id, value["workflow"].take()))
}

/// The stored document with another workflow, as a body to check. It stays in memory.
fn with_workflow(row: &ApplicationRow, workflow: Value) -> Answer<Body> {
    let unwritable = |_| Refusal::new(&INTERNAL, "the stored document could not be written");
    let mut document = serde_json::to_value(&row.document).map_err(unwritable)?;
    document["workflow"] = workflow;
    Ok(Body {
        text: document.to_string(),
        format: Format::Json,
    })
}
