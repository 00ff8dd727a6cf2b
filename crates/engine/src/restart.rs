//! Restarting pods by an annotation on their template, as `kubectl rollout restart` does.

use std::collections::HashMap;

use kubemin_objects::{Compiled, Kind, Object, ObjectKey};
use kubemin_ports::Live;
use kubemin_ports::task::RestartRequest;
use serde_json::{Value, json};

/// Annotation of pod templates: when the last restart was asked for, RFC 3339.
pub(crate) const RESTARTED_AT: &str = "kubemin.io/restarted-at";

/// Keeps the stamps that pods have already, so that the next deployment does not restart them by dropping it.
pub(crate) fn carry_over(compiled: &mut Compiled, live: &HashMap<ObjectKey, Live>) {
    for object in compiled
        .objects
        .iter_mut()
        .filter(|object| can_restart(object))
    {
        let stamp = live
            .get(&object.key)
            .and_then(|live| live.body.pointer("/spec/template/metadata/annotations"))
            .and_then(|annotations| annotations.get(RESTARTED_AT))
            .and_then(Value::as_str);
        if let Some(stamp) = stamp {
            set_stamp(object, stamp);
        }
    }
}

/// Puts a new stamp on the wanted components' pods.
pub(crate) fn stamp(compiled: &mut Compiled, request: &RestartRequest) {
    for object in compiled
        .objects
        .iter_mut()
        .filter(|object| can_restart(object))
    {
        if request.components.is_empty() || request.components.contains(&object.component) {
            set_stamp(object, &request.at);
        }
    }
}

fn can_restart(object: &Object) -> bool {
    matches!(object.key.kind, Kind::Deployment | Kind::StatefulSet)
}

fn set_stamp(object: &mut Object, stamp: &str) {
    let Some(metadata) = object.body.pointer_mut("/spec/template/metadata") else {
        return;
    };
    if metadata.get("annotations").is_none() {
        metadata["annotations"] = json!({});
    }
    metadata["annotations"][RESTARTED_AT] = json!(stamp);
}
