//! Reading objects.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt, TryStreamExt};
use kube::core::params::{GetParams, ListParams};
use kubemin_objects::{Kind, ObjectKey, Observed, labels};
use kubemin_ports::{ClusterResult, Live};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::api_server::{ApiServer, STEADY};
use crate::path;

/// Reads under way at once for one call.
const AT_ONCE: usize = 16;
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// `metadata` of any object, as far as it is needed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Metadata {
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    pub(crate) uid: String,
    pub(crate) resource_version: String,
    pub(crate) generation: i64,
    pub(crate) creation_timestamp: String,
    pub(crate) deletion_timestamp: Option<String>,
    pub(crate) labels: Option<BTreeMap<String, String>>,
    pub(crate) annotations: Option<BTreeMap<String, String>>,
    pub(crate) owner_references: Option<Vec<OwnerReference>>,
}

/// What made an object.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OwnerReference {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) uid: String,
    pub(crate) controller: bool,
}

impl Metadata {
    /// The controller that made the object.
    pub(crate) fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references
            .iter()
            .flatten()
            .find(|owner| owner.controller)
    }
}

/// An object of which only the metadata matters.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Named {
    pub(crate) metadata: Metadata,
}

/// A list, or a page of one.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(crate) struct List<T> {
    pub(crate) metadata: ListMetadata,
    #[serde(default = "Vec::new", deserialize_with = "null_is_empty")]
    pub(crate) items: Vec<T>,
}

/// Lists of metadata have `items: null` when nothing is found.
fn null_is_empty<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// `metadata` of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ListMetadata {
    pub(crate) resource_version: String,
    #[serde(rename = "continue")]
    pub(crate) continue_token: Option<String>,
}

/// Reads objects in the order of the keys, `None` where there is none.
pub(crate) async fn read(api: &ApiServer, keys: &[ObjectKey]) -> ClusterResult<Vec<Option<Live>>> {
    stream::iter(keys.to_vec())
        .map(|key| read_one(api, key))
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

/// As [`read`], but absence is believed to the API server's cache.
pub(crate) async fn find(api: &ApiServer, keys: &[ObjectKey]) -> ClusterResult<Vec<Option<Live>>> {
    stream::iter(keys.to_vec())
        .map(|key| find_one(api, key))
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

async fn find_one(api: &ApiServer, key: ObjectKey) -> ClusterResult<Option<Live>> {
    match get(api, &key, &GetParams::any()).await? {
        None => Ok(None),
        Some(_) => read_one(api, key).await,
    }
}

async fn read_one(api: &ApiServer, key: ObjectKey) -> ClusterResult<Option<Live>> {
    let body = get(api, &key, &GetParams::default()).await?;
    Ok(body.map(|body| live(key, body)))
}

async fn get(api: &ApiServer, key: &ObjectKey, params: &GetParams) -> ClusterResult<Option<Value>> {
    let Some(place) = path::of(key) else {
        return Ok(None);
    };
    let Ok(request) = place.get(&key.name, params) else {
        return Ok(None);
    };
    match api.json::<Value>(request, STEADY).await {
        Ok(body) => Ok(Some(body)),
        Err(fault) if fault.code() == 404 => Ok(None),
        Err(fault) => Err(fault.about(key)),
    }
}

/// The object without what only the API server and kubectl need.
fn live(key: ObjectKey, mut body: Value) -> Live {
    let mut managed = None;
    if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
        managed = metadata.remove("managedFields");
        if let Some(annotations) = metadata
            .get_mut("annotations")
            .and_then(Value::as_object_mut)
        {
            annotations.remove(LAST_APPLIED);
        }
    }
    let metadata = body
        .get("metadata")
        .and_then(|value| Metadata::deserialize(value).ok());
    Live {
        observed: observed(key, metadata.unwrap_or_default()),
        body,
        managed: managed.unwrap_or_default(),
    }
}

pub(crate) fn observed(key: ObjectKey, metadata: Metadata) -> Observed {
    let mut annotations = metadata.annotations.unwrap_or_default();
    annotations.remove(LAST_APPLIED);
    Observed {
        key,
        uid: metadata.uid,
        resource_version: metadata.resource_version,
        labels: metadata.labels.unwrap_or_default(),
        annotations,
        deleting: metadata.deletion_timestamp.is_some(),
    }
}

/// Claims of a namespace that carry an application id.
pub(crate) async fn claims_of(
    api: &ApiServer,
    namespace: &str,
    app_id: &str,
) -> ClusterResult<Vec<Observed>> {
    if !path::is_segment(namespace) || !path::is_label_value(app_id) {
        return Ok(Vec::new());
    }
    let params = ListParams::default().labels(&format!("{}={app_id}", labels::APP_ID));
    let what = "PersistentVolumeClaims";
    let Ok(request) =
        path::collection(Kind::PersistentVolumeClaim, Some(namespace)).list_metadata(&params)
    else {
        return Ok(Vec::new());
    };
    let list: List<Named> = api
        .json(request, STEADY)
        .await
        .map_err(|fault| fault.on(what))?;
    let key = |name: &str| ObjectKey {
        kind: Kind::PersistentVolumeClaim,
        namespace: Some(namespace.to_owned()),
        name: name.to_owned(),
    };
    Ok(list
        .items
        .into_iter()
        .map(|claim| observed(key(&claim.metadata.name), claim.metadata))
        .collect())
}
