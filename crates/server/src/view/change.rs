//! Changes of objects.

use kubemin_api_types as api;
use kubemin_engine::{ChangeAction, FieldChange, ObjectChange};
use kubemin_objects::{Kind, ObjectKey};
use kubemin_workflow::Cause;
use serde_json::{Value, json};

/// Changes of objects, as they are answered.
pub(crate) fn changes(changes: &[ObjectChange]) -> Vec<api::ObjectChange> {
    changes.iter().map(change).collect()
}

/// Whether any of them writes, or would have to.
pub(crate) fn is_different(changes: &[ObjectChange]) -> bool {
    let quiet = |change: &&ObjectChange| {
        matches!(change.action, ChangeAction::Unchanged | ChangeAction::Keep)
    };
    changes
        .iter()
        .any(|change| !quiet(&change) || change.blocked.is_some())
}

fn change(change: &ObjectChange) -> api::ObjectChange {
    api::ObjectChange {
        kind: change.key.kind.name().to_owned(),
        namespace: change.key.namespace.clone().unwrap_or_default(),
        name: change.key.name.clone(),
        component: change.component.clone(),
        action: action(change.action).to_owned(),
        fields: fields(&change.key, &change.fields),
        restarts: change.restarts.clone(),
        blocked: change.blocked.as_ref().map(cause),
    }
}

/// Values of Secrets are masked already; they are masked again here, because nothing may slip through.
pub(super) fn fields(key: &ObjectKey, fields: &[FieldChange]) -> Vec<api::FieldChange> {
    let secret = |path: &str| {
        key.kind == Kind::Secret && (path.starts_with("data") || path.starts_with("stringData"))
    };
    let shown = |path: &str, value: &Value| match value {
        value if value.is_null() || !secret(path) => value.clone(),
        _ => json!(api::MASK),
    };
    fields
        .iter()
        .map(|field| api::FieldChange {
            path: field.path.clone(),
            old: shown(&field.path, &field.old),
            new: shown(&field.path, &field.new),
        })
        .collect()
}

/// A cause, as it is answered.
pub(super) fn cause(cause: &Cause) -> api::Cause {
    api::Cause {
        reason: cause.reason.clone(),
        message: cause.message.clone(),
        remedy: cause.remedy.clone(),
        pod: cause.pod.clone(),
        container: cause.container.clone(),
    }
}

fn action(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Create => "create",
        ChangeAction::Update => "update",
        ChangeAction::Replace => "replace",
        ChangeAction::Unchanged => "unchanged",
        ChangeAction::Delete => "delete",
        ChangeAction::Keep => "keep",
    }
}
