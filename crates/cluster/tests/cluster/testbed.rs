//! A namespace for each test, objects to put into it, and waiting for conditions.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::Namespace;
use kube::api::{Api, DeleteParams, PostParams};
use kubemin_cluster::{KubeCluster, Options};
use kubemin_objects::{Kind, Object, ObjectKey, ObjectRole};
use kubemin_ports::{Applied, ApplyOptions, Cluster, Live};
use serde_json::{Value, json};

pub const HASH_KEY: &[u8] = b"key of the tests";
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What a test works with.
#[derive(Clone)]
pub struct Bed {
    pub cluster: Arc<KubeCluster>,
    pub client: kube::Client,
    pub namespace: String,
    /// Application id, the namespace's name.
    pub app_id: String,
}

/// Options for the cluster of `KUBECONFIG`.
pub fn options() -> Options {
    let kubeconfig = std::env::var_os("KUBECONFIG")
        .expect("KUBECONFIG is not set: run `make cluster` and export what its last line says");
    Options {
        kubeconfig: Some(kubeconfig.into()),
        hash_key: HASH_KEY.to_vec(),
        ..Options::default()
    }
}

/// Runs a test in a namespace of its own and deletes that afterwards, however the test ends.
pub async fn in_namespace<F>(name: &str, test: impl FnOnce(Bed) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let options = options();
    let client = kube::Client::try_default().await.unwrap();
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let namespace = format!("kmc-{name}-{}", std::process::id());
    let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
    namespaces
        .create(
            &PostParams::default(),
            &serde_json::from_value(body).unwrap(),
        )
        .await
        .unwrap();
    let cluster = KubeCluster::connect(options).await.unwrap();
    let bed = Bed {
        cluster,
        client,
        app_id: namespace.clone(),
        namespace,
    };
    let name = bed.namespace.clone();
    let result = tokio::spawn(test(bed.clone())).await;
    for kind in [Kind::ClusterRoleBinding, Kind::ClusterRole] {
        bed.cluster.delete(&bed.key(kind, &name), "").await.unwrap();
    }
    namespaces
        .delete(&name, &DeleteParams::background())
        .await
        .unwrap();
    if let Err(fault) = result {
        std::panic::resume_unwind(fault.into_panic());
    }
}

/// Waits for a condition at most [`PATIENCE`]; names it when it does not come.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> impl Future<Output = T> {
    let begun = Instant::now();
    async move {
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "waited {PATIENCE:?} in vain for: {what}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Bed {
    pub fn key(&self, kind: Kind, name: &str) -> ObjectKey {
        ObjectKey {
            kind,
            namespace: kind.namespaced().then(|| self.namespace.clone()),
            name: name.to_owned(),
        }
    }

    /// An object of this application: identity and labels are filled in.
    pub fn object(&self, kind: Kind, name: &str, mut body: Value) -> Object {
        let key = self.key(kind, name);
        body["apiVersion"] = kind.api_version().into();
        body["kind"] = kind.name().into();
        body["metadata"]["name"] = name.into();
        if let Some(namespace) = &key.namespace {
            body["metadata"]["namespace"] = namespace.clone().into();
        }
        body["metadata"]["labels"]["kube-min-cli-appId"] = self.app_id.clone().into();
        body["metadata"]["labels"]["kube-min-cli-componentName"] = name.into();
        Object {
            key,
            component: name.to_owned(),
            role: ObjectRole::Owned,
            body,
        }
    }

    pub fn pod_labels(&self, name: &str) -> Value {
        json!({"kube-min-cli-appId": self.app_id, "kube-min-cli-componentName": name})
    }

    /// A Deployment or StatefulSet of one container.
    pub fn workload(&self, kind: Kind, name: &str, container: Value, more: Value) -> Object {
        let labels = self.pod_labels(name);
        let mut container = container;
        container["name"] = name.into();
        let mut spec = json!({
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"terminationGracePeriodSeconds": 1, "containers": [container]}},
        });
        spec.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.object(kind, name, json!({ "spec": spec }))
    }

    pub async fn apply(&self, object: &Object) -> Applied {
        let live = self.live(&object.key).await;
        self.cluster
            .apply(object, live.as_ref(), ApplyOptions::default())
            .await
            .unwrap()
    }

    pub async fn live(&self, key: &ObjectKey) -> Option<Live> {
        self.cluster
            .read(std::slice::from_ref(key))
            .await
            .unwrap()
            .remove(0)
    }
}
