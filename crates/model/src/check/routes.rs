//! What `ingress` and `expose` have in common: hosts, paths, rewrites, certificates.

use super::identifiers::is_host;
use super::{Findings, MISSING, Place, naming};
use crate::traits::ingress::{Rewrite, Tls};

/// Parts that no path of a route may hold.
const FORBIDDEN: [&str; 5] = ["//", "/./", "/../", "%2f", "%2F"];

pub(super) fn hosts(hosts: &[String], at: &Place, findings: &mut Findings) {
    for (index, host) in hosts.iter().enumerate() {
        self::host(host, &at.index(index), findings);
    }
}

pub(super) fn host(host: &str, place: &Place, findings: &mut Findings) {
    if host.is_empty() {
        findings.error(place, MISSING, "the host is empty");
    } else if !is_host(host) {
        let message = format!(
            "{host:?} is no host: a DNS name in lower case, or *. and one; no port, no address, no https://"
        );
        findings.error(place, "invalid-host", message);
    }
}

/// A path by the rules of its type.
pub(super) fn path(path: &str, path_type: &str, place: &Place, findings: &mut Findings) {
    let plain = path_type != "ImplementationSpecific";
    let forbidden = FORBIDDEN.iter().any(|part| path.contains(part))
        || path.ends_with("/..")
        || path.ends_with("/.");
    if !path.starts_with('/') {
        findings.error(
            place,
            "invalid-path",
            format!("the path {path:?} must start with /"),
        );
    } else if plain && forbidden {
        let message = format!("the path {path:?} may not hold //, /./, /../ or an escaped slash");
        findings.error(place, "invalid-path", message);
    }
}

pub(super) fn rewrite(rewrite: &Rewrite, at: &Place, findings: &mut Findings) {
    naming::choice(
        &rewrite.kind,
        &["replace", "regexReplace", "prefix"],
        &at.field("type"),
        findings,
    );
    if rewrite.replacement.is_none() {
        findings
            .error(
                &at.field("replacement"),
                MISSING,
                "a rewrite needs a replacement",
            )
            .hint("/ removes what was matched");
    }
}

pub(super) fn certificates(tls: &[Tls], at: &Place, findings: &mut Findings) {
    for (index, certificate) in tls.iter().enumerate() {
        let place = at.index(index);
        naming::optional_reference(
            certificate.secret_name.as_deref(),
            &place.field("secretName"),
            "Secret",
            findings,
        );
        hosts(&certificate.hosts, &place.field("hosts"), findings);
    }
}
