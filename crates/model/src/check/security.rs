//! Trait `security` (decisions 25, 43).

use super::{Findings, Place, naming};
use crate::traits::Security;

pub(super) fn check(security: &Security, at: &Place, findings: &mut Findings) {
    for (field, id) in [
        ("runAsUser", security.run_as_user),
        ("fsGroup", security.fs_group),
    ] {
        if let Some(id) = id.filter(|id| !(0..=i64::from(i32::MAX)).contains(id)) {
            findings.error(
                &at.field(field),
                "out-of-range",
                format!("{id} is no id; ids are from 0 to {}", i32::MAX),
            );
        }
    }
    root(security, at, findings);
    if is_restricted(security) {
        restricted(security, at, findings);
    }
    if let Some(seccomp) = &security.seccomp {
        naming::choice(
            seccomp,
            &["RuntimeDefault", "Unconfined"],
            &at.field("seccomp"),
            findings,
        );
    }
    if let Some(profile) = &security.profile {
        naming::choice(profile, &["restricted"], &at.field("profile"), findings);
    }
    let Some(capabilities) = &security.capabilities else {
        return;
    };
    let place = at.field("capabilities");
    for (field, list) in [("add", &capabilities.add), ("drop", &capabilities.drop)] {
        let list_place = place.field(field);
        for (index, name) in list.iter().enumerate() {
            if name.is_empty()
                || !name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            {
                findings
                    .error(
                        &list_place.index(index),
                        "unknown-value",
                        format!("{name:?} is no capability"),
                    )
                    .hint("e.g. NET_BIND_SERVICE, or ALL");
            } else if let Some(plain) = name.strip_prefix("CAP_") {
                findings
                    .error(
                        &list_place.index(index),
                        "unknown-value",
                        format!("{name} is written without CAP_"),
                    )
                    .hint(format!("write {plain}"));
            }
        }
    }
}

fn is_restricted(security: &Security) -> bool {
    security.profile.as_deref() == Some("restricted")
}

fn root(security: &Security, at: &Place, findings: &mut Findings) {
    let forbidden = security.run_as_non_root == Some(true) || is_restricted(security);
    if security.run_as_user == Some(0) && forbidden {
        let message = "the user 0 is root, which runAsNonRoot and the restricted profile forbid";
        findings.error(&at.field("runAsUser"), "conflict", message);
    }
}

/// What the Pod Security Standard *restricted* does not admit beside the profile.
fn restricted(security: &Security, at: &Place, findings: &mut Findings) {
    if security.run_as_non_root == Some(false) {
        let message = "the restricted profile needs runAsNonRoot";
        findings.error(&at.field("runAsNonRoot"), "conflict", message);
    }
    if security.seccomp.as_deref() == Some("Unconfined") {
        let message = "the restricted profile needs the seccomp profile RuntimeDefault";
        findings.error(&at.field("seccomp"), "conflict", message);
    }
    let capabilities = at.field("capabilities");
    let list = capabilities.field("add");
    let added = security.capabilities.iter().flat_map(|list| &list.add);
    for (index, name) in added.enumerate() {
        if name != "NET_BIND_SERVICE" {
            let message =
                format!("the restricted profile admits NET_BIND_SERVICE only, not {name}");
            findings.error(&list.index(index), "conflict", message);
        }
    }
}
