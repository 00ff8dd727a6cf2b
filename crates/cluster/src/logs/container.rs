//! The log of one run of a container.

use std::time::Duration;

use futures::AsyncBufRead;
use jiff::Timestamp;
use kube::core::subresource::LogParams;
use kubemin_objects::{ContainerState, PodState};
use kubemin_ports::{ClusterResult, LogLine, LogRequest};
use tokio::sync::mpsc::Sender;
use tokio::time::{sleep, timeout};

use super::lines;
use crate::api_server::ApiServer;
use crate::fault::Fault;
use crate::path;
use crate::watch::Store;

/// Before a broken connection is opened again.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
const OPEN_WITHIN: Duration = Duration::from_secs(10);

/// Where lines come from.
#[derive(Debug, Clone)]
pub(super) struct Source {
    namespace: String,
    pod: String,
    uid: String,
    container: String,
    /// Tells runs of a container apart.
    pub(super) restarts: i32,
}

/// Unique id of a pod, and a container's name.
pub(super) type Place = (String, String);

/// Where lines go.
pub(super) type Lines = Sender<ClusterResult<LogLine>>;

/// Nobody reads any more.
struct ReaderGone;

impl Source {
    pub(super) fn new(pod: &PodState, container: &ContainerState) -> Self {
        Self {
            namespace: pod.namespace.clone(),
            pod: pod.name.clone(),
            uid: pod.uid.clone(),
            container: container.name.clone(),
            restarts: container.restarts,
        }
    }

    /// The container, whatever its run.
    pub(super) fn place(&self) -> Place {
        (self.uid.clone(), self.container.clone())
    }

    /// Sends what there is now.
    pub(super) async fn read_once(&self, api: &ApiServer, request: &LogRequest, lines: &Lines) {
        let params = LogParams {
            previous: request.previous,
            tail_lines: request.tail,
            ..self.params()
        };
        match self.open(api, &params).await {
            Ok(mut reader) => {
                let _ = self.forward(&mut reader, lines, &mut None).await;
            }
            Err(fault) => self.tell(fault, lines).await,
        }
    }

    /// Sends lines until this run of the container has ended or nobody reads. Connections break: the next one goes on
    /// after the last line.
    pub(super) async fn follow(
        self,
        api: &ApiServer,
        store: &Store,
        tail: Option<i64>,
        lines: Lines,
    ) {
        let mut last: Option<Timestamp> = None;
        loop {
            let tail_lines = tail.filter(|_| last.is_none());
            // The API takes whole seconds; what comes again is left out by its time.
            let since_time = last.and_then(|last| Timestamp::from_second(last.as_second()).ok());
            let params = LogParams {
                follow: true,
                timestamps: true,
                tail_lines,
                since_time,
                ..self.params()
            };
            match self.open(api, &params).await {
                Ok(mut reader) => {
                    let mut from = Some(last);
                    if self.forward(&mut reader, &lines, &mut from).await.is_err() {
                        return;
                    }
                    last = from.flatten();
                }
                Err(fault) if fault.is_passing() || fault.code() == 400 => {}
                Err(fault) => return self.tell(fault, &lines).await,
            }
            if !self.goes_on(store) {
                return;
            }
            sleep(AGAIN_AFTER).await;
        }
    }

    fn params(&self) -> LogParams {
        LogParams {
            container: Some(self.container.clone()),
            ..LogParams::default()
        }
    }

    /// Whether the watch still shows this run.
    fn goes_on(&self, store: &Store) -> bool {
        store
            .pod(&self.namespace, &self.pod)
            .filter(|pod| pod.uid == self.uid)
            .is_some_and(|pod| {
                let mut containers = pod.init_containers.iter().chain(&pod.containers);
                containers.any(|one| {
                    one.name == self.container && one.running && one.restarts == self.restarts
                })
            })
    }

    async fn open(
        &self,
        api: &ApiServer,
        params: &LogParams,
    ) -> Result<impl AsyncBufRead + Unpin + use<>, Fault> {
        let request = path::resource("v1", Some(&self.namespace), "pods")
            .logs(&self.pod, params)
            .map_err(|error| Fault::invalid(error.to_string()))?;
        let reader = timeout(OPEN_WITHIN, api.client.request_stream(request))
            .await
            .map_err(|_| {
                Fault::Silent(format!(
                    "no log of pod {} within {} s",
                    self.pod,
                    OPEN_WITHIN.as_secs()
                ))
            })??;
        Ok(Box::pin(reader))
    }

    /// Sends every line. `last`, when lines carry times: those up to it are known already, it is moved along.
    async fn forward(
        &self,
        reader: &mut (impl AsyncBufRead + Unpin),
        lines: &Lines,
        last: &mut Option<Option<Timestamp>>,
    ) -> Result<(), ReaderGone> {
        loop {
            let next = tokio::select! {
                () = lines.closed() => return Err(ReaderGone),
                next = lines::next(reader) => next,
            };
            // A connection that breaks ends here like one that is closed: who follows opens another.
            let Ok(Some(text)) = next else { return Ok(()) };
            let Some(text) = after(text, last) else {
                continue;
            };
            let line = LogLine {
                pod: self.pod.clone(),
                container: self.container.clone(),
                text,
            };
            lines.send(Ok(line)).await.map_err(|_| ReaderGone)?;
        }
    }

    /// A container that has not started, or a pod that is gone, has no log: that is no fault.
    async fn tell(&self, fault: Fault, lines: &Lines) {
        if !matches!(fault.code(), 400 | 404) {
            let _ = lines
                .send(Err(fault.on(&format!("Pod/{}", self.pod))))
                .await;
        }
    }
}

/// The line without its time; `None` when it is not after `last`.
fn after(text: String, last: &mut Option<Option<Timestamp>>) -> Option<String> {
    let Some(last) = last else { return Some(text) };
    let Some((time, rest)) = text
        .split_once(' ')
        .and_then(|(time, rest)| Some((time.parse().ok()?, rest)))
    else {
        return Some(text);
    };
    if last.is_some_and(|last| time <= last) {
        return None;
    }
    *last = Some(time);
    Some(rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_were_sent_before_are_not_sent_again() {
        let mut last = Some(None);
        let line =
            |second: u32, text: &str| format!("2026-01-01T00:00:0{second}.000000001Z {text}");
        assert_eq!(
            after(line(1, "one two"), &mut last).as_deref(),
            Some("one two")
        );
        assert_eq!(after(line(1, "one two"), &mut last), None);
        assert_eq!(after(line(2, ""), &mut last).as_deref(), Some(""));
        assert_eq!(
            after("no time".into(), &mut last).as_deref(),
            Some("no time")
        );
        assert_eq!(after(line(1, "kept"), &mut None), Some(line(1, "kept")));
    }
}
