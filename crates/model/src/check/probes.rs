//! Trait `probes` (seed 000, Probes; decisions 18, 19).

use super::traits::Role;
use super::{EXACTLY_ONE, Findings, MISSING, Place, naming};
use crate::traits::Probe;

const TYPES: [&str; 3] = ["liveness", "readiness", "startup"];

pub(super) fn check(probes: &[Probe], role: Role, at: &Place, findings: &mut Findings) {
    let mut seen = Vec::new();
    for (index, probe) in probes.iter().enumerate() {
        let place = at.index(index);
        let kind = place.field("type");
        if naming::choice(&probe.kind, &TYPES, &kind, findings) {
            if seen.contains(&probe.kind.as_str()) {
                findings.error(
                    &kind,
                    "duplicate-probe",
                    format!("a container has one {} probe at most", probe.kind),
                );
            }
            seen.push(probe.kind.as_str());
        }
        method(probe, &place, findings);
        if probe
            .success_threshold
            .is_some_and(|threshold| threshold > 1)
            && probe.kind != "readiness"
        {
            let message = format!("successThreshold of a {} probe must be 1", probe.kind);
            findings.error(&place.field("successThreshold"), "out-of-range", message);
        }
    }
    if role == Role::Init && !probes.is_empty() {
        let message = format!(
            "probes of an init container are not used: it must end before it could be probed ({})",
            at.path()
        );
        findings
            .warn(at, "no-effect", message)
            .hint("move them to the component or to a sidecar");
    }
}

fn method(probe: &Probe, at: &Place, findings: &mut Findings) {
    let given = [
        ("exec", probe.exec.is_some()),
        ("httpGet", probe.http_get.is_some()),
        ("tcpSocket", probe.tcp_socket.is_some()),
    ];
    let given: Vec<&str> = given
        .iter()
        .filter(|(_, set)| *set)
        .map(|(name, _)| *name)
        .collect();
    if given.len() != 1 {
        let message = match given.len() {
            0 => "exactly one of exec, httpGet, tcpSocket is needed; none is given".to_owned(),
            _ => format!(
                "exactly one of exec, httpGet, tcpSocket is possible; given are {}",
                given.join(", ")
            ),
        };
        findings.error(at, EXACTLY_ONE, message);
    }
    if probe
        .exec
        .as_ref()
        .is_some_and(|exec| exec.command.is_empty())
    {
        findings.error(
            &at.field("exec").field("command"),
            MISSING,
            "the command is empty",
        );
    }
    if let Some(scheme) = probe
        .http_get
        .as_ref()
        .and_then(|http| http.scheme.as_deref())
    {
        naming::choice(
            scheme,
            &["HTTP", "HTTPS"],
            &at.field("httpGet").field("scheme"),
            findings,
        );
    }
}
