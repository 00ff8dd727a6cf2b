//! Trait `security`: security context of the pod and of every container in it (decision 43).

use k8s_openapi::api::core::v1::{
    Capabilities, PodSecurityContext, SeccompProfile, SecurityContext,
};
use kubemin_model::Traits;
use kubemin_model::traits::Security;

use crate::absent::unless_empty;
use crate::context::Context;
use crate::contribution::Contribution;

/// Runs for components without the trait too: no privilege escalation and the default seccomp profile hold always.
/// `profile: restricted` adds what the Pod Security Standard of that name asks for.
pub fn process(_: &Context<'_>, traits: &Traits) -> Contribution {
    let nothing = Security::default();
    let wanted = traits.security.as_ref().unwrap_or(&nothing);
    let restricted = wanted.profile.as_deref() == Some("restricted");
    let mut whole = Contribution::default();
    whole.pod.security = Some(PodSecurityContext {
        run_as_user: wanted.run_as_user,
        run_as_non_root: wanted.run_as_non_root.or(restricted.then_some(true)),
        fs_group: wanted.fs_group,
        seccomp_profile: Some(SeccompProfile {
            type_: wanted
                .seccomp
                .clone()
                .unwrap_or_else(|| "RuntimeDefault".to_owned()),
            localhost_profile: None,
        }),
        ..PodSecurityContext::default()
    });
    whole.pod.container_security = Some(SecurityContext {
        // Kubernetes refuses `false` beside this capability, which implies the opposite
        allow_privilege_escalation: (!adds(wanted, "SYS_ADMIN")).then_some(false),
        read_only_root_filesystem: wanted
            .read_only_root_filesystem
            .filter(|read_only| *read_only),
        capabilities: capabilities(wanted, restricted),
        ..SecurityContext::default()
    });
    whole
}

fn capabilities(wanted: &Security, restricted: bool) -> Option<Capabilities> {
    let given = wanted.capabilities.clone().unwrap_or_default();
    let mut drop = given.drop;
    if restricted && !drop.iter().any(|capability| capability == "ALL") {
        drop.push("ALL".to_owned());
    }
    let capabilities = Capabilities {
        add: unless_empty(given.add),
        drop: unless_empty(drop),
    };
    (capabilities != Capabilities::default()).then_some(capabilities)
}

fn adds(wanted: &Security, capability: &str) -> bool {
    let added = wanted
        .capabilities
        .iter()
        .flat_map(|capabilities| &capabilities.add);
    added
        .map(|added| added.trim_start_matches("CAP_"))
        .any(|added| added == capability)
}
