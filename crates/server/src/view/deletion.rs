//! What a deletion does.

use kubemin_api_types as api;
use kubemin_engine::{DeletionAction, DeletionItem};

/// One object of a deletion.
pub(crate) fn deletion_item(item: &DeletionItem) -> api::DeletionItem {
    api::DeletionItem {
        kind: item.key.kind.name().to_owned(),
        namespace: item.key.namespace.clone().unwrap_or_default(),
        name: item.key.name.clone(),
        component: item.component.clone(),
        action: match item.action {
            DeletionAction::Delete => "delete",
            DeletionAction::Keep => "keep",
        }
        .to_owned(),
        why: item.why.clone(),
    }
}
