//! Deleting an application: what goes, what stays and why; then doing it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use kubemin_objects::{Kind, ObjectKey, labels};
use kubemin_ports::{ApplicationRow, Live, StoreError};
use kubemin_workflow::TaskState;
use kubemin_workflow::diagnosis::Cause;

use crate::EngineError;
use crate::cleanup::in_removal_order;
use crate::engine::{Engine, Shared};
use crate::record::Record;
use crate::run::names;

/// Longest wait for the pods of deleted workloads.
const GONE_WITHIN: Duration = Duration::from_secs(60);

/// What happens to an object when its application is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletionAction {
    /// It is removed.
    Delete,
    /// It stays.
    Keep,
}

/// One object of a deletion plan.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletionItem {
    /// The object.
    pub key: ObjectKey,
    /// Component it belongs to, empty when unknown.
    pub component: String,
    /// Removed or kept.
    pub action: DeletionAction,
    /// Why.
    pub why: String,
    /// Unique id of the object that was looked at.
    pub uid: String,
}

impl Engine {
    /// What deleting an application would remove and keep.
    pub async fn deletion(
        &self,
        row: &ApplicationRow,
        purge_data: bool,
    ) -> Result<Vec<DeletionItem>, EngineError> {
        items(&self.shared, row, purge_data).await
    }
}

async fn items(
    shared: &Shared,
    row: &ApplicationRow,
    purge_data: bool,
) -> Result<Vec<DeletionItem>, EngineError> {
    let mut keys: Vec<(ObjectKey, String)> = row.inventory.clone();
    let known: HashSet<ObjectKey> = keys.iter().map(|(key, _)| key.clone()).collect();
    for claim in shared.cluster.claims_of(&row.namespace, &row.id).await? {
        if !known.contains(&claim.key) {
            let component = claim
                .labels
                .get(labels::COMPONENT_NAME)
                .cloned()
                .unwrap_or_default();
            keys.push((claim.key, component));
        }
    }
    in_removal_order(&mut keys);
    let wanted: Vec<ObjectKey> = keys.iter().map(|(key, _)| key.clone()).collect();
    let live = shared.cluster.read(&wanted).await?;
    let mut items = Vec::new();
    for ((key, component), live) in keys.into_iter().zip(live) {
        if let Some(live) = live {
            items.push(item(shared, row, key, component, &live, purge_data).await?);
        }
    }
    Ok(items)
}

async fn item(
    shared: &Shared,
    row: &ApplicationRow,
    key: ObjectKey,
    component: String,
    live: &Live,
    purge_data: bool,
) -> Result<DeletionItem, EngineError> {
    let uid = live.observed.uid.clone();
    let (action, why) = decide(shared, row, &key, live, purge_data).await?;
    Ok(DeletionItem {
        key,
        component,
        action,
        why,
        uid,
    })
}

async fn decide(
    shared: &Shared,
    row: &ApplicationRow,
    key: &ObjectKey,
    live: &Live,
    purge_data: bool,
) -> Result<(DeletionAction, String), EngineError> {
    let ours = live
        .observed
        .labels
        .get(labels::APP_ID)
        .is_some_and(|id| *id == row.id);
    if key.kind != Kind::PersistentVolumeClaim {
        return Ok(match ours {
            true => (
                DeletionAction::Delete,
                "made by this application".to_owned(),
            ),
            false => (
                DeletionAction::Keep,
                "it belongs to somebody else now".to_owned(),
            ),
        });
    }
    if !purge_data {
        return Ok((
            DeletionAction::Keep,
            "it holds data; --purge-data removes it".to_owned(),
        ));
    }
    if let Some(other) = other_user(shared, row, key).await? {
        return Ok((
            DeletionAction::Keep,
            format!("the application {other} uses it too"),
        ));
    }
    Ok(match ours || left_behind(shared, live).await? {
        true => (DeletionAction::Delete, "its data is purged".to_owned()),
        false => (
            DeletionAction::Keep,
            "it was not made by this application".to_owned(),
        ),
    })
}

/// A shared claim whose maker is gone: nobody else is left to remove it (decision 41).
async fn left_behind(shared: &Shared, live: &Live) -> Result<bool, EngineError> {
    let label = |name: &str| live.observed.labels.get(name).map(String::as_str);
    let Some(maker) =
        label(labels::APP_ID).filter(|_| label(labels::MANAGED_BY) == Some(labels::MANAGER))
    else {
        return Ok(false);
    };
    match shared.store.application(maker).await {
        Ok(_) => Ok(false),
        Err(StoreError::NotFound(_)) => Ok(true),
        Err(fault) => Err(fault.into()),
    }
}

async fn other_user(
    shared: &Shared,
    row: &ApplicationRow,
    key: &ObjectKey,
) -> Result<Option<String>, EngineError> {
    let others = shared.store.users_of(key).await?;
    Ok(others
        .into_iter()
        .find(|other| other.id != row.id)
        .map(|other| other.name))
}

/// Deletes the application of a claimed task.
pub(crate) async fn run(
    shared: &Arc<Shared>,
    record: &mut Record,
    row: &ApplicationRow,
) -> Result<(), EngineError> {
    let purge = record
        .row
        .options
        .delete
        .as_ref()
        .is_some_and(|request| request.purge_data);
    record
        .begin(kubemin_workflow::Plan::default(), row.inventory.clone())
        .await?;
    match remove(shared, row, purge).await {
        Ok(None) => {
            record.end(TaskState::Completed, None, None).await?;
            Ok(shared.store.remove_application(&row.id).await?)
        }
        Ok(Some(cause)) => Ok(record.end(TaskState::Failed, Some(&cause), None).await?),
        Err(EngineError::Store(fault)) => Err(fault.into()),
        Err(fault) => {
            let cause = Cause {
                reason: "DeleteFailed".into(),
                message: fault.to_string(),
                remedy: "mend what the message names and delete again".into(),
                ..Cause::default()
            };
            Ok(record.end(TaskState::Failed, Some(&cause), None).await?)
        }
    }
}

async fn remove(
    shared: &Shared,
    row: &ApplicationRow,
    purge: bool,
) -> Result<Option<Cause>, EngineError> {
    let doomed: Vec<DeletionItem> = items(shared, row, purge)
        .await?
        .into_iter()
        .filter(|item| item.action == DeletionAction::Delete)
        .collect();
    for item in &doomed {
        shared.cluster.delete(&item.key, &item.uid).await?;
    }
    let mut left = Vec::new();
    for item in &doomed {
        if !shared.cluster.wait_gone(&item.key, GONE_WITHIN).await? {
            left.push(item.key.clone());
        }
    }
    Ok((!left.is_empty()).then(|| Cause {
        reason: "StillThere".into(),
        message: format!(
            "not gone after {} s: {}",
            GONE_WITHIN.as_secs(),
            names(&left)
        ),
        remedy: "a finalizer or a running pod holds them: kubectl describe them, then delete again"
            .into(),
        ..Cause::default()
    }))
}
