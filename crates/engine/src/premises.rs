//! What the cluster itself must offer before anything can be written: the namespaces and the kinds.

use std::collections::{BTreeMap, HashMap};

use kubemin_objects::{Compiled, Kind, ObjectKey};
use kubemin_ports::{Cluster, ClusterResult, Live};
use kubemin_workflow::diagnosis::Cause;
use kubemin_workflow::preflight;

/// Reasons to refuse, each with the first object it concerns.
pub(crate) async fn missing(
    cluster: &dyn Cluster,
    compiled: &Compiled,
    live: &HashMap<ObjectKey, Live>,
) -> ClusterResult<Vec<(ObjectKey, Cause)>> {
    let mut refusals = Vec::new();
    for (name, key) in unsure_namespaces(compiled, live) {
        if !cluster.has_namespace(name).await? {
            refusals.push((key.clone(), preflight::missing_namespace(name)));
        }
    }
    // Every other kind is part of Kubernetes.
    let mut keys = compiled.objects.iter().map(|object| &object.key);
    if let Some(key) = keys.find(|key| key.kind == Kind::HTTPRoute)
        && !cluster.serves(key.kind).await?
    {
        refusals.push((key.clone(), preflight::kind_not_served(key)));
    }
    Ok(refusals)
}

/// Namespaces in which no object was found, each with the first object that goes there.
fn unsure_namespaces<'a>(
    compiled: &'a Compiled,
    live: &HashMap<ObjectKey, Live>,
) -> BTreeMap<&'a str, &'a ObjectKey> {
    let mut unsure = BTreeMap::new();
    for object in &compiled.objects {
        if let Some(namespace) = object.key.namespace.as_deref() {
            unsure.entry(namespace).or_insert(&object.key);
        }
    }
    for key in live.keys() {
        unsure.remove(key.namespace.as_deref().unwrap_or_default());
    }
    unsure
}
