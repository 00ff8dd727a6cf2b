//! Trait `probes` (seed 000, Probes 健康探针).

use k8s_openapi::api::core::v1::{ExecAction, HTTPGetAction, Probe, TCPSocketAction};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kubemin_model::Traits;
use kubemin_model::traits::Probe as Wanted;

use crate::context::Context;
use crate::contribution::Contribution;

/// One probe of each type; what the author left out is left to Kubernetes, whose defaults are the manual's.
pub fn process(_: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    for wanted in &traits.probes {
        let place = match wanted.kind.as_str() {
            "liveness" => &mut whole.container.liveness,
            "readiness" => &mut whole.container.readiness,
            _ => &mut whole.container.startup,
        };
        *place = Some(probe(wanted));
    }
    whole
}

fn probe(wanted: &Wanted) -> Probe {
    Probe {
        exec: wanted.exec.as_ref().map(|exec| ExecAction {
            command: Some(exec.command.clone()),
        }),
        http_get: wanted.http_get.as_ref().map(|get| HTTPGetAction {
            path: get.path.clone(),
            port: IntOrString::Int(get.port),
            host: get.host.clone(),
            scheme: get.scheme.clone(),
            ..HTTPGetAction::default()
        }),
        tcp_socket: wanted.tcp_socket.as_ref().map(|socket| TCPSocketAction {
            port: IntOrString::Int(socket.port),
            host: socket.host.clone(),
        }),
        initial_delay_seconds: wanted.initial_delay_seconds.filter(|seconds| *seconds != 0),
        period_seconds: wanted.period_seconds,
        timeout_seconds: wanted.timeout_seconds,
        failure_threshold: wanted.failure_threshold,
        success_threshold: wanted.success_threshold,
        ..Probe::default()
    }
}
