//! What a deployment would do: the plan and the changes object by object. Writes nothing.

use kubemin_model::ValidApplication;
use kubemin_objects::{Kind, Object, ObjectKey, labels};
use kubemin_ports::Live;
use kubemin_ports::task::TaskOptions;
use kubemin_workflow::Plan;
use kubemin_workflow::diagnosis::Cause;
use kubemin_workflow::preflight::Step;
use serde_json::Value;

use crate::EngineError;
use crate::engine::{Engine, Shared};
use crate::prepare::{Prepared, is_shared_claim, prepare};

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeAction {
    /// Made.
    Create,
    /// Changed in place.
    Update,
    /// Deleted and made again.
    Replace,
    /// Nothing is written.
    Unchanged,
    /// Removed.
    Delete,
    /// Left alone.
    Keep,
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Dotted path in the object.
    pub path: String,
    /// What the cluster has; secret values masked.
    pub old: Value,
    /// What the document wants; secret values masked.
    pub new: Value,
}

/// What happens to one object, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectChange {
    /// The object.
    pub key: ObjectKey,
    /// Its component.
    pub component: String,
    /// What happens.
    pub action: ChangeAction,
    /// Fields that change.
    pub fields: Vec<FieldChange>,
    /// Why its pods restart, when they do.
    pub restarts: Option<String>,
    /// Why the deployment is refused because of it.
    pub blocked: Option<Cause>,
}

/// Plan and changes of a deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Jobs by step.
    pub plan: Plan,
    /// Objects in apply order, removed ones last.
    pub changes: Vec<ObjectChange>,
    /// What the caller should know: re-attached data, strategies.
    pub notes: Vec<String>,
}

impl Engine {
    /// What deploying a document would do now.
    pub async fn preview(
        &self,
        app: &ValidApplication,
        options: &TaskOptions,
    ) -> Result<Preview, EngineError> {
        let row = self
            .shared
            .store
            .find_application(app.namespace(), app.name())
            .await?;
        let prepared = prepare(&self.shared, app.clone(), row.as_ref(), options).await?;
        let mut changes: Vec<ObjectChange> = prepared
            .compiled
            .objects
            .iter()
            .map(|object| change(&self.shared, &prepared, object))
            .collect();
        name_changed_configuration(&mut changes);
        changes.extend(
            prepared
                .removed
                .iter()
                .map(|(key, component)| removed(&prepared, key, component)),
        );
        let notes = notes(&prepared, row.is_some());
        Ok(Preview {
            plan: prepared.plan(&self.shared),
            changes,
            notes,
        })
    }
}

fn change(shared: &Shared, prepared: &Prepared, object: &Object) -> ObjectChange {
    let live = prepared.live.get(&object.key);
    let blocked = prepared
        .refusals
        .iter()
        .find(|(key, _)| *key == object.key)
        .map(|(_, cause)| cause.clone());
    let action = action(shared, prepared, object, live);
    let fields: Vec<FieldChange> = match live {
        Some(live) if matches!(action, ChangeAction::Update | ChangeAction::Replace) => shared
            .cluster
            .drift(object, live)
            .into_iter()
            .map(|(path, new, old)| FieldChange { path, old, new })
            .collect(),
        _ => Vec::new(),
    };
    let restarts = restart_reason(&fields, action);
    ObjectChange {
        key: object.key.clone(),
        component: object.component.clone(),
        action,
        fields,
        restarts,
        blocked,
    }
}

fn action(
    shared: &Shared,
    prepared: &Prepared,
    object: &Object,
    live: Option<&Live>,
) -> ChangeAction {
    let Some(live) = live else {
        return ChangeAction::Create;
    };
    match prepared.steps.get(&object.key) {
        Some(Step::Keep) => ChangeAction::Keep,
        Some(Step::Replace) => ChangeAction::Replace,
        _ if !shared.cluster.differs(object, live) => ChangeAction::Unchanged,
        _ if object.key.kind == Kind::Job && !labels_only(shared, object, live) => {
            ChangeAction::Replace
        }
        _ => ChangeAction::Update,
    }
}

/// A Job is run again when what it runs changes, not when its labels do.
fn labels_only(shared: &Shared, object: &Object, live: &Live) -> bool {
    let fields = shared.cluster.drift(object, live);
    !fields.is_empty()
        && fields
            .iter()
            .all(|(path, ..)| path.starts_with("metadata."))
}

/// A changed pod template restarts pods; the configuration hash says that it is because of configuration.
fn restart_reason(fields: &[FieldChange], action: ChangeAction) -> Option<String> {
    let template: Vec<&str> = fields
        .iter()
        .map(|field| field.path.as_str())
        .filter(|path| path.starts_with("spec.template"))
        .collect();
    let first = template
        .first()
        .filter(|_| action == ChangeAction::Update)?;
    if template
        .iter()
        .all(|path| path.contains(labels::CONFIG_HASH))
    {
        return Some(String::new());
    }
    Some(format!(
        "{} changes",
        first.trim_start_matches("spec.template.")
    ))
}

/// Puts the names of changed configuration where only the hash differs.
fn name_changed_configuration(changes: &mut [ObjectChange]) {
    let changed: Vec<String> = changes
        .iter()
        .filter(|change| {
            matches!(change.key.kind, Kind::ConfigMap | Kind::Secret)
                && change.action == ChangeAction::Update
        })
        .map(|change| change.key.name.clone())
        .collect();
    for change in changes
        .iter_mut()
        .filter(|change| change.restarts.as_deref() == Some(""))
    {
        change.restarts = Some(format!("{} changed", changed.join(", ")));
    }
}

fn removed(prepared: &Prepared, key: &ObjectKey, component: &str) -> ObjectChange {
    let ours = prepared.live.get(key).is_some_and(|live| {
        live.observed
            .labels
            .get(labels::APP_ID)
            .is_some_and(|id| *id == prepared.compiled.app_id)
    });
    ObjectChange {
        key: key.clone(),
        component: component.to_owned(),
        action: if ours {
            ChangeAction::Delete
        } else {
            ChangeAction::Keep
        },
        fields: Vec::new(),
        restarts: None,
        blocked: None,
    }
}

fn notes(prepared: &Prepared, known: bool) -> Vec<String> {
    let claims = prepared
        .compiled
        .objects
        .iter()
        .filter(|object| object.key.kind == Kind::PersistentVolumeClaim);
    claims
        .filter(|object| prepared.live.contains_key(&object.key))
        .filter(|object| !known && !is_shared_claim(&prepared.compiled, &object.key))
        .map(|object| format!("re-attaches data of {}", object.key))
        .collect()
}
