//! Policies of a component or of the whole application (decisions 25, 30).

use std::time::Duration;

use super::{Findings, Place, naming};
use crate::{ComponentType, Policies, duration};

/// `kind` is `None` for the application's own policies and where the type is not known.
pub(super) fn check(
    policies: &Policies,
    kind: Option<ComponentType>,
    at: &Place,
    findings: &mut Findings,
) {
    let word = |text: &Option<String>, field: &str, known: &[&str], findings: &mut Findings| {
        if let Some(text) = text {
            naming::choice(text, known, &at.field(field), findings);
        }
    };
    word(
        &policies.image_pull_policy,
        "imagePullPolicy",
        &["IfNotPresent", "Always", "Never"],
        findings,
    );
    word(
        &policies.restart_policy,
        "restartPolicy",
        &["Never", "OnFailure"],
        findings,
    );
    word(
        &policies.when_unschedulable,
        "whenUnschedulable",
        &["wait", "fail"],
        findings,
    );
    let secrets = at.field("imagePullSecrets");
    for (index, secret) in policies.image_pull_secrets.iter().enumerate() {
        naming::reference(secret, &secrets.index(index), "Secret", findings);
    }
    whole_seconds(
        policies.active_deadline.as_deref(),
        1,
        &at.field("activeDeadline"),
        findings,
    );
    whole_seconds(
        policies.ttl_after_finished.as_deref(),
        0,
        &at.field("ttlAfterFinished"),
        findings,
    );
    timeout(policies.timeout.as_deref(), &at.field("timeout"), findings);
    if let Some(kind) =
        kind.filter(|kind| !matches!(kind, ComponentType::Job | ComponentType::Cronjob))
    {
        job_only(policies, kind, at, findings);
    }
}

/// A time-out: longer than nothing.
pub(super) fn timeout(text: Option<&str>, place: &Place, findings: &mut Findings) {
    if let Some(parsed) = length(text, place, findings)
        && parsed.is_zero()
    {
        findings.error(place, "out-of-range", "the time-out must be longer than 0");
    }
}

/// A duration that Kubernetes takes in seconds.
fn whole_seconds(text: Option<&str>, least: u64, place: &Place, findings: &mut Findings) {
    let Some(parsed) = length(text, place, findings) else {
        return;
    };
    if parsed.subsec_nanos() != 0 || parsed.as_secs() < least || parsed.as_secs() > i32::MAX as u64
    {
        findings.error(
            place,
            "out-of-range",
            format!("the duration must be whole seconds, {least} at least"),
        );
    }
}

fn length(text: Option<&str>, place: &Place, findings: &mut Findings) -> Option<Duration> {
    match duration::parse(text?) {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            findings.error(place, "invalid-duration", error.to_string());
            None
        }
    }
}

fn job_only(policies: &Policies, kind: ComponentType, at: &Place, findings: &mut Findings) {
    if policies.restart_policy.is_some()
        && matches!(
            kind,
            ComponentType::Webservice | ComponentType::Statefulservice
        )
    {
        let message =
            "pods of a service are always restarted; restartPolicy is for job and cronjob";
        findings.error(&at.field("restartPolicy"), "wrong-component", message);
    }
    let fields = [
        ("backoffLimit", policies.backoff_limit.is_some()),
        ("activeDeadline", policies.active_deadline.is_some()),
        ("ttlAfterFinished", policies.ttl_after_finished.is_some()),
    ];
    for (field, _) in fields.into_iter().filter(|(_, given)| *given) {
        findings.warn(
            &at.field(field),
            "no-effect",
            format!("{field} is used by job and cronjob only"),
        );
    }
}
