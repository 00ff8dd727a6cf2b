//! Last words of containers that ended.

use futures::AsyncReadExt;
use futures::stream::{self, StreamExt};
use kube::core::subresource::LogParams;
use kubemin_objects::{ContainerState, Kind, PodState};
use kubemin_workflow::diagnosis::LogTail;

use crate::api_server::ApiServer;
use crate::fault::Fault;
use crate::path;

/// Lines of each container.
const LINES: i64 = 10;
/// A program that writes no line ends must not fill the memory.
const BYTES: i64 = 16 * 1024;
/// Characters of a line that a person reads in a cause.
const LINE_LENGTH: usize = 1_000;
/// Containers that are asked; the causes of the others are the same.
const CONTAINERS: usize = 6;

/// A container whose log tells of a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Crashed {
    namespace: String,
    pod: String,
    container: String,
    /// Whether it has been started again since.
    previous: bool,
}

/// Log tails of containers that ended badly, of the newest pods first.
pub(super) async fn of_crashed(
    api: &ApiServer,
    kind: Kind,
    pods: &[PodState],
) -> Result<Vec<LogTail>, Fault> {
    let tails = stream::iter(crashed(kind, pods))
        .map(|container| tail(api, container))
        .buffered(CONTAINERS);
    Ok(tails.filter_map(|tail| async { tail.ok() }).collect().await)
}

fn crashed(kind: Kind, pods: &[PodState]) -> Vec<Crashed> {
    let mut pods: Vec<&PodState> = pods.iter().collect();
    pods.sort_by_key(|pod| std::cmp::Reverse(pod.created_ms));
    let of_pod = |pod: &PodState| {
        let init = pod
            .init_containers
            .iter()
            .map(|container| (container, true));
        let main = pod
            .containers
            .iter()
            .map(|container| (container, kind == Kind::Job));
        let all = init
            .chain(main)
            .filter_map(|(container, may_end)| ended(pod, container, may_end));
        all.collect::<Vec<_>>()
    };
    pods.into_iter().flat_map(of_pod).take(CONTAINERS).collect()
}

/// What is meant to end and ended well has nothing to tell; a server that ends well has.
fn ended(pod: &PodState, container: &ContainerState, may_end: bool) -> Option<Crashed> {
    let end = container
        .terminated
        .as_ref()
        .or(container.last_terminated.as_ref())?;
    (!may_end || end.exit_code != 0).then(|| Crashed {
        namespace: pod.namespace.clone(),
        pod: pod.name.clone(),
        container: container.name.clone(),
        previous: container.terminated.is_none(),
    })
}

async fn tail(api: &ApiServer, crashed: Crashed) -> Result<LogTail, Fault> {
    let params = LogParams {
        container: Some(crashed.container.clone()),
        previous: crashed.previous,
        tail_lines: Some(LINES),
        limit_bytes: Some(BYTES),
        ..LogParams::default()
    };
    if !path::is_segment(&crashed.namespace) || !path::is_segment(&crashed.pod) {
        return Err(Fault::invalid("no name of a pod".to_owned()));
    }
    let request = path::resource("v1", Some(&crashed.namespace), "pods")
        .logs(&crashed.pod, &params)
        .map_err(|error| Fault::invalid(error.to_string()))?;
    let reader = api.client.request_stream(request).await?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(BYTES).unwrap_or_default();
    let mut reader = std::pin::pin!(reader.take(limit));
    reader
        .read_to_end(&mut bytes)
        .await
        .map_err(|error| Fault::Silent(error.to_string()))?;
    Ok(LogTail {
        pod: crashed.pod,
        container: crashed.container,
        lines: lines(&bytes),
    })
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .map(|line| line.chars().take(LINE_LENGTH).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use kubemin_objects::observed::Termination;

    use super::*;

    fn container(name: &str, now: Option<i32>, before: Option<i32>) -> ContainerState {
        let end = |exit_code| Termination {
            exit_code,
            ..Termination::default()
        };
        ContainerState {
            name: name.into(),
            terminated: now.map(end),
            last_terminated: before.map(end),
            ..ContainerState::default()
        }
    }

    #[test]
    fn only_containers_that_ended_and_should_not_have_are_asked() {
        let pod = PodState {
            init_containers: vec![
                container("init-ok", Some(0), None),
                container("init-bad", Some(1), None),
            ],
            containers: vec![
                container("runs", None, None),
                container("crashed", None, Some(1)),
                container("left", Some(0), None),
            ],
            ..PodState::default()
        };
        let names = |kind| {
            let all = crashed(kind, std::slice::from_ref(&pod)).into_iter();
            all.map(|one| (one.container, one.previous))
                .collect::<Vec<_>>()
        };
        let expected = [
            ("init-bad".to_owned(), false),
            ("crashed".to_owned(), true),
            ("left".to_owned(), false),
        ];
        assert_eq!(names(Kind::Deployment), expected);
        assert_eq!(names(Kind::Job), expected[..2]);
    }

    #[test]
    fn bytes_that_are_no_text_do_not_lose_the_lines() {
        assert_eq!(lines(b"one\n\xff\xfetwo\n"), ["one", "\u{fffd}\u{fffd}two"]);
    }
}
