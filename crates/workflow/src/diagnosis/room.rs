//! Pods that no node takes: short of what, by how much, now or for ever.

use kubemin_objects::PodState;

use super::{Cause, Evidence, Finding, NodeRoom, Question};

/// Finding about a pod that is not scheduled.
pub(super) fn finding(
    question: &Question<'_>,
    pod: &PodState,
    evidence: &Evidence,
) -> Option<Finding> {
    let (_, message) = pod.unscheduled.as_ref()?;
    if let Some(claim) = missing_claim(message) {
        return Some(Finding::FatalIfItLasts(Cause::new(
            "ClaimMissing",
            format!("the claim {claim} does not exist"),
            "create it, or let the application make it (tmpCreate: true, or leave claimName out)",
        ).on(pod, "")));
    }
    if let Some(cause) = never_fits(question, &evidence.nodes) {
        return Some(Finding::Fatal(cause.on(pod, "")));
    }
    let cause = Cause::new(
        "Unschedulable",
        format!("no node can take the pod now: {message}"),
        "free or add capacity, ask for less in traits.resources, or change traits.scheduling",
    )
    .on(pod, "");
    Some(if question.fail_when_unschedulable {
        Finding::Fatal(cause)
    } else {
        Finding::Patience(cause)
    })
}

fn missing_claim(message: &str) -> Option<String> {
    let rest = message.split("persistentvolumeclaim \"").nth(1)?;
    let (name, tail) = rest.split_once('"')?;
    tail.trim_start()
        .starts_with("not found")
        .then(|| name.to_owned())
}

/// A resource of which the pod asks for more than the largest node can ever hold.
pub fn never_fits(question: &Question<'_>, nodes: &[NodeRoom]) -> Option<Cause> {
    if nodes.is_empty() {
        return None;
    }
    question.requests.iter().find_map(|(resource, &asked)| {
        let largest = nodes
            .iter()
            .map(|node| node.allocatable.get(resource).copied().unwrap_or(0))
            .max()
            .unwrap_or(0);
        (asked > largest).then(|| too_large(resource, asked, largest, nodes))
    })
}

fn too_large(resource: &str, asked: i128, largest: i128, nodes: &[NodeRoom]) -> Cause {
    let free = nodes
        .iter()
        .filter(|node| node.usable)
        .map(|node| {
            node.allocatable.get(resource).copied().unwrap_or(0)
                - node.requested.get(resource).copied().unwrap_or(0)
        })
        .max()
        .unwrap_or(0);
    Cause::new(
        "NeverSchedulable",
        format!(
            "no node can ever run the pod: it asks for {} {resource}, the largest node holds {} (short by {}; {} free on one node now)",
            amount(resource, asked),
            amount(resource, largest),
            amount(resource, asked - largest),
            amount(resource, free.max(0)),
        ),
        remedy(resource, largest),
    )
}

fn remedy(resource: &str, largest: i128) -> String {
    if largest == 0 {
        return format!(
            "leave {resource} out of traits.resources, or add a node that offers it (a GPU needs its device plugin)"
        );
    }
    format!(
        "ask for at most {} in traits.resources, or add a larger node",
        amount(resource, largest)
    )
}

/// Milli-units in the way people write them: cores or millicores, Mi, or a count.
fn amount(resource: &str, milli: i128) -> String {
    match resource {
        "memory" | "ephemeral-storage" => format!("{}Mi", milli / 1000 / (1 << 20)),
        _ if milli % 1000 == 0 => format!("{}", milli / 1000),
        _ => format!("{milli}m"),
    }
}
