//! Logs of an application's pods, merged.

mod container;
mod follow;
mod lines;

use std::sync::Arc;

use futures::stream::{self, BoxStream, StreamExt};
use kube::core::params::ListParams;
use kubemin_objects::{ContainerState, PodState, labels};
use kubemin_ports::{ClusterError, ClusterResult, LogLine, LogRequest};
use tokio::sync::mpsc;

use crate::api_server::{ApiServer, STEADY};
use crate::path;
use crate::read::List;
use crate::watch::{RawPod, Store};
use container::Source;

/// Lines that wait for a slow reader; the API server is then read no faster.
const BUFFER: usize = 256;

/// Opens the logs. Without `follow`: pod after pod, container after container. With it: as lines come, of pods that
/// come too, until the reader goes away.
pub(crate) async fn open(
    api: Arc<ApiServer>,
    store: Arc<Store>,
    request: LogRequest,
) -> ClusterResult<BoxStream<'static, ClusterResult<LogLine>>> {
    check(&request)?;
    let pods = pods(&api, &request).await?;
    let (lines, mut reader) = mpsc::channel(BUFFER);
    if request.follow && !request.previous {
        tokio::spawn(follow::run(api, store, request, pods, lines));
    } else {
        tokio::spawn(read_all(api, request, pods, lines));
    }
    Ok(stream::poll_fn(move |context| reader.poll_recv(context)).boxed())
}

/// These texts become parts of paths and selectors.
fn check(request: &LogRequest) -> ClusterResult<()> {
    let component = request.component.as_deref();
    let safe = path::is_segment(&request.namespace)
        && path::is_label_value(&request.app_id)
        && component.is_none_or(path::is_label_value);
    safe.then_some(()).ok_or_else(|| ClusterError::Refused {
        object: "logs".to_owned(),
        reason: "Invalid".to_owned(),
        message: "namespace, application id and component must be Kubernetes names".to_owned(),
    })
}

/// The pods there are now, oldest first.
async fn pods(api: &ApiServer, request: &LogRequest) -> ClusterResult<Vec<PodState>> {
    let selector = match &request.component {
        Some(component) => path::of_component(&request.app_id, component),
        None => format!("{}={}", labels::APP_ID, request.app_id),
    };
    let list = path::resource("v1", Some(&request.namespace), "pods")
        .list(&ListParams::default().labels(&selector));
    let Ok(list) = list else {
        return Ok(Vec::new());
    };
    let found: List<RawPod> = api
        .json(list, STEADY)
        .await
        .map_err(|fault| fault.on("Pods"))?;
    let mut pods: Vec<PodState> = found.items.into_iter().map(RawPod::state).collect();
    pods.sort_by(|a, b| (a.created_ms, &a.name).cmp(&(b.created_ms, &b.name)));
    Ok(pods)
}

/// Containers of a pod that have written, or could have.
fn sources(request: &LogRequest, pod: &PodState) -> Vec<Source> {
    let all = pod.init_containers.iter().chain(&pod.containers);
    all.filter(|container| {
        request
            .container
            .as_ref()
            .is_none_or(|name| *name == container.name)
    })
    .filter(|container| {
        if request.previous {
            container.last_terminated.is_some()
        } else {
            has_run(container)
        }
    })
    .map(|container| Source::new(pod, container))
    .collect()
}

fn has_run(container: &ContainerState) -> bool {
    container.running || container.terminated.is_some() || container.last_terminated.is_some()
}

async fn read_all(
    api: Arc<ApiServer>,
    request: LogRequest,
    pods: Vec<PodState>,
    lines: mpsc::Sender<ClusterResult<LogLine>>,
) {
    for source in pods.iter().flat_map(|pod| sources(&request, pod)) {
        tokio::select! {
            () = lines.closed() => return,
            () = source.read_once(&api, &request, &lines) => {}
        }
    }
}
