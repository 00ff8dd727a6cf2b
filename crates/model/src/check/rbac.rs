//! Trait `rbac` (seed 000, RBAC; decisions 18, 19, 23, 45).

use super::identifiers::is_path_segment;
use super::traits::Role;
use super::{EXACTLY_ONE, Findings, MISSING, Place, Subject, metadata, naming};
use crate::names::normalise;
use crate::shape::nearest;
use crate::traits::Rbac;
use crate::traits::rbac::Rule;

/// Verbs that the API server knows.
const VERBS: [&str; 15] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "*",
    "use",
    "bind",
    "escalate",
    "impersonate",
    "approve",
    "sign",
];

pub(super) fn check(
    subject: &Subject,
    policies: &[Rbac],
    role: Role,
    at: &Place,
    findings: &mut Findings,
) {
    if role != Role::Main && !policies.is_empty() {
        let message = "containers of one pod share its account: a nested policy makes its objects, but the pod does not use them";
        findings
            .warn(at, "nested-rbac", message)
            .hint("move it to the traits of the component");
    }
    for (index, policy) in policies.iter().enumerate() {
        let place = at.index(index);
        let bound = index == 0 && role == Role::Main;
        self::policy(subject, policy, bound, &place, findings);
        if policy.rules.is_empty() {
            findings.error(
                &place.field("rules"),
                MISSING,
                "a policy needs at least one rule",
            );
        }
        let rules = place.field("rules");
        for (index, rule) in policy.rules.iter().enumerate() {
            self::rule(
                rule,
                policy.cluster_scope == Some(true),
                &rules.index(index),
                findings,
            );
        }
    }
}

fn policy(subject: &Subject, policy: &Rbac, bound: bool, at: &Place, findings: &mut Findings) {
    naming::optional_reference(
        policy.service_account.as_deref(),
        &at.field("serviceAccount"),
        "ServiceAccount",
        findings,
    );
    for (field, name) in [
        ("roleName", &policy.role_name),
        ("bindingName", &policy.binding_name),
    ] {
        if let Some(name) = name.as_deref().filter(|name| !name.is_empty())
            && (!is_path_segment(name) || normalise(name).is_empty())
        {
            findings.error(
                &at.field(field),
                "invalid-name",
                format!("{name:?} cannot be the name of a role or a binding"),
            );
        }
    }
    if let Some(namespace) = &policy.namespace {
        let place = at.field("namespace");
        naming::name(namespace, &place, "namespace", findings);
        if bound && !namespace.is_empty() && normalise(namespace) != subject.namespace() {
            let message = format!(
                "the pod uses the account of the first policy, which must be in {:?}, not in {namespace:?}",
                subject.namespace()
            );
            findings
                .error(&place, "conflict", message)
                .hint("put a policy for another namespace second");
        }
    }
    metadata::labels(
        &policy.service_account_labels,
        &at.field("serviceAccountLabels"),
        findings,
    );
    metadata::annotations(
        &policy.service_account_annotations,
        &at.field("serviceAccountAnnotations"),
        findings,
    );
    metadata::labels(&policy.role_labels, &at.field("roleLabels"), findings);
    metadata::labels(&policy.binding_labels, &at.field("bindingLabels"), findings);
}

fn rule(rule: &Rule, cluster_scope: bool, at: &Place, findings: &mut Findings) {
    verbs(&rule.verbs, &at.field("verbs"), findings);
    let urls = at.field("nonResourceURLs");
    match (rule.resources.is_empty(), rule.non_resource_urls.is_empty()) {
        (true, true) => {
            findings.error(at, EXACTLY_ONE, "a rule needs resources or nonResourceURLs");
        }
        (false, false) => {
            let message = "a rule is for resources or for nonResourceURLs, not for both";
            findings
                .error(at, EXACTLY_ONE, message)
                .hint("make two rules of it");
        }
        _ => {}
    }
    if !rule.non_resource_urls.is_empty() && !cluster_scope {
        let message = "URLs that are no resources belong to no namespace; a Role cannot grant them";
        findings
            .error(&urls, "needs-cluster-scope", message)
            .hint("set clusterScope: true");
    }
    for (index, url) in rule.non_resource_urls.iter().enumerate() {
        if url != "*" && !url.starts_with('/') {
            findings.error(
                &urls.index(index),
                "invalid-path",
                format!("{url:?} must start with / or be *"),
            );
        }
    }
    let resources = at.field("resources");
    for (index, _) in rule
        .resources
        .iter()
        .enumerate()
        .filter(|(_, resource)| resource.trim().is_empty())
    {
        findings.error(&resources.index(index), MISSING, "the resource is empty");
    }
}

fn verbs(verbs: &[String], at: &Place, findings: &mut Findings) {
    if verbs.is_empty() {
        findings
            .error(at, MISSING, "a rule needs at least one verb")
            .hint("e.g. get, list, watch");
    }
    for (index, verb) in verbs.iter().enumerate() {
        if verb.trim().is_empty() {
            findings.error(&at.index(index), MISSING, "the verb is empty");
        } else if !VERBS.contains(&verb.as_str()) {
            let hint = nearest(verb, VERBS.into_iter()).map(|verb| format!("did you mean {verb}?"));
            findings
                .warn(
                    &at.index(index),
                    "unknown-verb",
                    format!("the API server knows no verb {verb:?}"),
                )
                .maybe_hint(hint);
        }
    }
}
