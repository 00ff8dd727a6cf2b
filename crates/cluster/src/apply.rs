//! Server-side apply, and whether it would write anything.

use kube::core::params::{Patch, PatchParams};
use kubemin_objects::{Object, labels};
use kubemin_ports::{Applied, ApplyOptions, ClusterError, ClusterResult, Live};
use serde_json::Value;

use crate::api_server::{ApiServer, STEADY};
use crate::fault::Fault;
use crate::read::{Metadata, Named};
use crate::same::Difference;
use crate::{hash, path, same};

/// Whether applying would send a write: a field was taken out since (by the hash), or one is not as desired.
pub(crate) fn differs(object: &Object, live: &Live, hash_key: &[u8]) -> bool {
    !is_as_applied(object, live, hash_key)
        || !same::differences(object.key.kind, &object.body, &live.body).is_empty()
}

/// Fields that applying would change; those that go come last.
pub(crate) fn differences(object: &Object, live: &Live, hash_key: &[u8]) -> Vec<Difference> {
    let kind = object.key.kind;
    let mut found = same::differences(kind, &object.body, &live.body);
    if !is_as_applied(object, live, hash_key) {
        found.extend(same::removals(
            kind,
            &object.body,
            &live.body,
            &live.managed,
        ));
    }
    found
}

/// Whether the object was last applied with the very body that is wanted now.
fn is_as_applied(object: &Object, live: &Live, hash_key: &[u8]) -> bool {
    let applied = live.observed.annotations.get(labels::APPLIED_HASH);
    applied.is_some_and(|applied| *applied == hash::of(object, hash_key))
}

/// Applies unless `live` already is what is wanted.
pub(crate) async fn apply(
    api: &ApiServer,
    hash_key: &[u8],
    object: &Object,
    live: Option<&Live>,
    options: ApplyOptions,
) -> ClusterResult<Applied> {
    if let Some(live) =
        live.filter(|live| !live.observed.deleting && !differs(object, live, hash_key))
    {
        return Ok(unchanged(live));
    }
    let metadata = match send(api, hash_key, object, options).await {
        // Two first writes at the same moment: the second attempt finds the first one's object.
        Err(fault) if fault.code() == 409 => send(api, hash_key, object, options).await,
        result => result,
    };
    let metadata = metadata.map_err(|fault| fault.about(&object.key))?;
    if metadata.deletion_timestamp.is_some() && !options.dry_run {
        return Err(ClusterError::Conflict {
            object: object.key.to_string(),
            message: "it is being deleted; wait until it is gone".to_owned(),
        });
    }
    let before = live.map(|live| live.observed.resource_version.as_str());
    Ok(Applied {
        changed: before != Some(&metadata.resource_version),
        generation: metadata.generation,
        uid: metadata.uid,
    })
}

fn unchanged(live: &Live) -> Applied {
    let generation = live
        .body
        .pointer("/metadata/generation")
        .and_then(Value::as_i64);
    Applied {
        changed: false,
        generation: generation.unwrap_or(0),
        uid: live.observed.uid.clone(),
    }
}

async fn send(
    api: &ApiServer,
    hash_key: &[u8],
    object: &Object,
    options: ApplyOptions,
) -> Result<Metadata, Fault> {
    let name = &object.key.name;
    let place = path::of(&object.key)
        .ok_or_else(|| Fault::invalid(format!("{name:?} is no name of a {}", object.key.kind)))?;
    let params = PatchParams {
        dry_run: options.dry_run,
        ..PatchParams::apply(labels::MANAGER).force()
    };
    let body = hash::stamped(object, hash_key);
    let request = place
        .patch(name, &params, &Patch::Apply(&body))
        .map_err(|error| Fault::invalid(error.to_string()))?;
    Ok(api.json::<Named>(request, STEADY).await?.metadata)
}
