//! The truth about an application for `why`: component → workload → pod → cause, drift and events.

use kubemin_model::revive;
use kubemin_objects::{Kind, Object, ObjectKey, ObjectRole, PodState, WorkloadState};
use kubemin_ports::ApplicationRow;
use kubemin_ports::task::TaskOptions;
use kubemin_workflow::diagnosis::{Cause, Evidence, Question, Verdict, judge};
use kubemin_workflow::readiness::{Status, status};
use kubemin_workflow::requests;

use crate::EngineError;
use crate::engine::{Engine, Shared};
use crate::prepare::{Prepared, prepare};
use crate::preview::FieldChange;

/// What is known about a component.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentTruth {
    /// Component.
    pub component: String,
    /// Objects that are declared and not there.
    pub missing: Vec<ObjectKey>,
    /// Fields changed by hand on objects of the component (decision 38).
    pub drift: Vec<(ObjectKey, Vec<FieldChange>)>,
    /// Its workload, when it has one.
    pub workload: Option<WorkloadTruth>,
}

/// What is known about a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkloadTruth {
    /// The object.
    pub key: ObjectKey,
    /// Watched state; `None` when it is not there.
    pub state: Option<WorkloadState>,
    /// Status of the component by it.
    pub status: Status,
    /// Why it is not ready; `None` when it is.
    pub cause: Option<Cause>,
    /// Its pods.
    pub pods: Vec<PodState>,
    /// Events, claims, log tails.
    pub evidence: Evidence,
}

/// What somebody changed by hand on the objects of a component (decision 38).
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentDrift {
    /// Component.
    pub component: String,
    /// Objects that are declared and not there.
    pub missing: Vec<ObjectKey>,
    /// Fields that are not as declared.
    pub changed: Vec<(ObjectKey, Vec<FieldChange>)>,
}

impl Engine {
    /// Compares every object of an application with the cluster.
    pub async fn drift(&self, row: &ApplicationRow) -> Result<Vec<ComponentDrift>, EngineError> {
        let app = revive(row.document.clone())?;
        let prepared = prepare(&self.shared, app, Some(row), &TaskOptions::default()).await?;
        let components = prepared.app.document().components.iter();
        Ok(components
            .map(|component| drift(&self.shared, &prepared, &component.name))
            .collect())
    }

    /// Explains an application, or one of its components.
    pub async fn explain(
        &self,
        row: &ApplicationRow,
        component: Option<&str>,
    ) -> Result<Vec<ComponentTruth>, EngineError> {
        let app = revive(row.document.clone())?;
        let prepared = prepare(&self.shared, app, Some(row), &TaskOptions::default()).await?;
        let names = prepared
            .app
            .document()
            .components
            .iter()
            .map(|c| c.name.clone());
        let mut truths = Vec::new();
        for name in names.filter(|name| component.is_none_or(|wanted| wanted == name)) {
            truths.push(explain(&self.shared, &prepared, &name).await);
        }
        Ok(truths)
    }
}

fn objects_of<'a>(prepared: &'a Prepared, component: &str) -> impl Iterator<Item = &'a Object> {
    let objects = prepared.compiled.objects.iter();
    objects.filter(move |object| object.component == component)
}

fn drift(shared: &Shared, prepared: &Prepared, component: &str) -> ComponentDrift {
    // A Job is removed after its time (`ttlAfterFinished`): that it is gone says nothing.
    let missing = objects_of(prepared, component)
        .filter(|object| object.key.kind != Kind::Job && !prepared.live.contains_key(&object.key))
        .map(|object| object.key.clone());
    let own =
        objects_of(prepared, component).filter(|object| object.role != ObjectRole::SharedClaim);
    let changed = own.filter_map(|object| {
        let live = prepared.live.get(&object.key)?;
        let fields: Vec<FieldChange> = shared
            .cluster
            .drift(object, live)
            .into_iter()
            // What we want no more, e.g. after an upgrade of the server, nobody has changed by hand.
            .filter(|(_, new, _)| !new.is_null())
            .map(|(path, new, old)| FieldChange { path, old, new })
            .collect();
        (!fields.is_empty()).then(|| (object.key.clone(), fields))
    });
    ComponentDrift {
        component: component.to_owned(),
        missing: missing.collect(),
        changed: changed.collect(),
    }
}

async fn explain(shared: &Shared, prepared: &Prepared, component: &str) -> ComponentTruth {
    let ComponentDrift {
        missing,
        changed: drift,
        ..
    } = drift(shared, prepared, component);
    let workload = objects_of(prepared, component).find(|object| object.key.kind.is_workload());
    let mut workload = match workload {
        Some(object) => Some(
            explain_workload(
                shared,
                &prepared.compiled.app_id,
                component,
                &object.key,
                &object.body,
            )
            .await,
        ),
        None => None,
    };
    if let Some(workload) = workload
        .as_mut()
        .filter(|workload| missing.contains(&workload.key))
    {
        // That it is not there is the cause, and `missing` says so.
        workload.cause = None;
    }
    ComponentTruth {
        component: component.to_owned(),
        missing,
        drift,
        workload,
    }
}

async fn explain_workload(
    shared: &Shared,
    app_id: &str,
    component: &str,
    key: &ObjectKey,
    body: &serde_json::Value,
) -> WorkloadTruth {
    let state = shared.cluster.workload(key);
    let pods = shared.cluster.pods(
        key.namespace.as_deref().unwrap_or_default(),
        app_id,
        component,
    );
    let with_nodes = pods.iter().any(|pod| pod.unscheduled.is_some());
    let evidence = shared
        .cluster
        .evidence(key, &pods, with_nodes)
        .await
        .unwrap_or_default();
    let requests = requests::of_workload(body);
    let question = Question {
        kind: key.kind,
        generation: 0,
        waited_ms: kubemin_workflow::diagnosis::PATIENCE_MS,
        requests: &requests,
        fail_when_unschedulable: false,
    };
    let cause = match judge(&question, state.as_ref(), &pods, &evidence) {
        Verdict::Ready => None,
        Verdict::Waiting(cause) | Verdict::Failed(cause) => Some(cause),
    };
    let status = status(key.kind, state.as_ref());
    WorkloadTruth {
        key: key.clone(),
        state,
        status,
        cause,
        pods,
        evidence,
    }
}
