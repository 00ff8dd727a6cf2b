//! Findings about the workload itself: pods that could not even be made, claims, jobs that failed.

use kubemin_objects::{Kind, PodState, WorkloadState};

use super::{Cause, ClaimFact, Evidence, Finding, Question};

const REFUSED: [&str; 2] = ["FailedCreate", "ReplicaFailure"];

/// Pods refused by quota or admission, claims that cannot be bound.
pub(super) fn findings(
    question: &Question<'_>,
    state: &WorkloadState,
    evidence: &Evidence,
) -> Vec<Finding> {
    let mut found: Vec<Finding> = refused(question, state, evidence).into_iter().collect();
    found.extend(
        evidence
            .claims
            .iter()
            .filter_map(|claim| claim_finding(claim, evidence)),
    );
    found
}

fn refused(question: &Question<'_>, state: &WorkloadState, evidence: &Evidence) -> Option<Finding> {
    let made = match question.kind {
        Kind::Deployment => state.updated,
        _ => state.current,
    };
    if made >= state.replicas.max(1) {
        return None;
    }
    let from_condition = state
        .conditions
        .iter()
        .find(|c| c.kind == "ReplicaFailure" && c.is_true)
        .map(|c| c.message.clone());
    let from_event = || {
        evidence
            .events
            .iter()
            .rev()
            .find(|e| e.warning && REFUSED.contains(&e.reason.as_str()) && e.kind != "Pod")
            .map(|e| e.message.clone())
    };
    let message = from_condition.or_else(from_event)?;
    let finding = classify_refusal(&message);
    Some(match finding {
        // It may still be what the version before was told.
        Finding::Fatal(cause) if state.generation > 1 => Finding::FatalIfItLasts(cause),
        finding => finding,
    })
}

fn classify_refusal(message: &str) -> Finding {
    let sentence = message.trim_start_matches("Error creating: ").to_owned();
    if message.contains("exceeded quota") || message.contains("failed quota") {
        return Finding::Fatal(Cause::new(
            "QuotaExceeded",
            format!("the namespace's quota refuses the pod: {sentence}"),
            "ask for less in traits.resources, lower replicas, or have the ResourceQuota raised",
        ));
    }
    if message.contains("serviceaccount") && message.contains("not found") {
        return Finding::FatalIfItLasts(Cause::new(
            "ServiceAccountMissing",
            format!("the pod's account is missing: {sentence}"),
            "add it with traits.rbac or create it",
        ));
    }
    let refused = [
        "forbidden",
        "denied",
        "violates",
        "Invalid value",
        "is invalid",
    ];
    if refused.iter().any(|word| message.contains(word)) {
        return Finding::Fatal(Cause::new(
            "AdmissionRefused",
            format!("the cluster refuses the pod: {sentence}"),
            "change what the message names, or ask who runs the cluster's policy",
        ));
    }
    Finding::FatalIfItLasts(Cause::new(
        "PodNotCreated",
        format!("the cluster could not make the pod: {sentence}"),
        "change what the message names",
    ))
}

fn claim_finding(claim: &ClaimFact, evidence: &Evidence) -> Option<Finding> {
    let name = &claim.name;
    if !claim.exists {
        return Some(Finding::FatalIfItLasts(Cause::new(
            "ClaimMissing",
            format!("the claim {name} does not exist"),
            "create it, or let the application make it (tmpCreate: true, or leave claimName out)",
        )));
    }
    if claim.phase == "Bound" {
        return None;
    }
    if !claim.class_exists {
        let class = if claim.storage_class.is_empty() {
            "a default".to_owned()
        } else {
            format!("{:?}", claim.storage_class)
        };
        return Some(Finding::Fatal(Cause::new(
            "StorageClassMissing",
            format!(
                "the claim {name} asks for StorageClass {class}, which the cluster does not have"
            ),
            "name an existing class in traits.storage[].storageClass (kubectl get storageclass lists them)",
        )));
    }
    if let Some(event) = evidence.event(name, &["ProvisioningFailed"]) {
        return Some(Finding::Fatal(Cause::new(
            "ProvisioningFailed",
            format!(
                "the claim {name} could not be provisioned: {}",
                event.message
            ),
            "mend the StorageClass or its provisioner, or choose another class",
        )));
    }
    let message = if claim.waits_for_consumer {
        format!("the claim {name} waits for its first pod to be scheduled")
    } else {
        format!("the claim {name} is not bound yet")
    };
    Some(Finding::Patience(Cause::new(
        "ClaimPending",
        message,
        "wait; kubectl describe pvc shows its events",
    )))
}

/// Cause of a Job that has ended without success.
pub(super) fn failed_job(message: &str, pods: &[PodState], evidence: &Evidence) -> Cause {
    let crashed = pods.iter().find_map(|pod| {
        let container = pod
            .init_containers
            .iter()
            .chain(&pod.containers)
            .find(|c| c.terminated.as_ref().is_some_and(|t| t.exit_code != 0))?;
        Some((pod, container))
    });
    let Some((pod, container)) = crashed else {
        return Cause::new(
            "JobFailed",
            format!("the job failed ({message})"),
            "mend its command and apply again",
        );
    };
    let code = container.terminated.as_ref().map_or(0, |t| t.exit_code);
    let log = evidence
        .log_of(&pod.name, &container.name)
        .map(|text| format!("; last output:\n{text}"))
        .unwrap_or_default();
    Cause::new(
        "JobFailed",
        format!(
            "the job failed ({message}): container {} ended with exit code {code}{log}",
            container.name
        ),
        "mend the command or its input and apply again",
    )
    .on(pod, &container.name)
}
