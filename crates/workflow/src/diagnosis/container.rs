//! Findings about a pod's containers: images, configuration, crashes, probes.

use kubemin_objects::{ContainerState, Kind, PodState};

use super::{Cause, Evidence, Finding};

/// Findings of all containers of a pod, gravest kind first where it matters.
pub(super) fn findings(kind: Kind, pod: &PodState, evidence: &Evidence) -> Vec<Finding> {
    let mut found: Vec<Finding> = mount_finding(pod, evidence).into_iter().collect();
    for (container, init) in containers(pod) {
        found.extend(waiting_finding(pod, container));
        found.extend(pulling_finding(pod, container, evidence));
        if kind != Kind::Job {
            found.extend(killed_by_probe(pod, container, evidence));
            found.extend(crash_finding(pod, container, init, evidence));
        }
        found.extend(probe_finding(pod, container, init, evidence));
    }
    found.sort_by_key(|finding| matches!(finding, Finding::Patience(_)));
    found
}

fn containers(pod: &PodState) -> impl Iterator<Item = (&ContainerState, bool)> {
    pod.init_containers
        .iter()
        .map(|c| (c, true))
        .chain(pod.containers.iter().map(|c| (c, false)))
}

fn waiting_finding(pod: &PodState, container: &ContainerState) -> Option<Finding> {
    let (reason, message) = container.waiting.as_ref()?;
    let at = |cause: Cause| cause.on(pod, &container.name);
    match reason.as_str() {
        "InvalidImageName" => Some(Finding::Fatal(at(Cause::new(
            "InvalidImageName",
            format!("the image name {:?} is not valid", container.image),
            "write it as registry/name:tag",
        )))),
        "ErrImageNeverPull" => Some(Finding::Fatal(at(Cause::new(
            "ImageNotPresent",
            format!(
                "the image {} is not on the node and imagePullPolicy is Never",
                container.image
            ),
            "load the image onto the node or change policies.imagePullPolicy",
        )))),
        "ErrImagePull" | "ImagePullBackOff" => Some(pull_finding(pod, container, message)),
        "CreateContainerConfigError" | "CreateContainerError" => {
            Some(config_finding(pod, container, message))
        }
        "RunContainerError" => Some(cannot_start(pod, container, message)),
        _ => None,
    }
}

fn cannot_start(pod: &PodState, container: &ContainerState, message: &str) -> Finding {
    Finding::Fatal(
        Cause::new(
            "CannotStart",
            format!(
                "container {} cannot be started: {}",
                container.name,
                start_error(message)
            ),
            "check properties.command and the image's programs",
        )
        .on(pod, &container.name),
    )
}

/// The runtime's own words without the names of its layers.
fn start_error(message: &str) -> &str {
    let words = message
        .rsplit_once("unable to start container process: ")
        .map_or(message, |(_, words)| words);
    words.strip_suffix(": unknown").unwrap_or(words)
}

fn pull_finding(pod: &PodState, container: &ContainerState, message: &str) -> Finding {
    let image = &container.image;
    let said = message.to_lowercase();
    let refused = [
        "401",
        "403",
        "unauthorized",
        "forbidden",
        "denied",
        "authorization failed",
        "authentication required",
    ];
    if refused.iter().any(|word| said.contains(word)) {
        return Finding::Fatal(
            Cause::new(
                "ImageNotPermitted",
                format!("the registry does not permit pulling the image {image}"),
                "give a Secret with registry credentials in policies.imagePullSecrets, or correct the name",
            )
            .on(pod, &container.name),
        );
    }
    let absent = [
        "not found",
        "manifest unknown",
        "name unknown",
        "does not exist",
        "no such image",
    ];
    if absent.iter().any(|word| said.contains(word)) {
        return Finding::Fatal(
            Cause::new(
                "ImageNotFound",
                format!("the image {image} does not exist in its registry"),
                "correct the image name or tag, or push the image",
            )
            .on(pod, &container.name),
        );
    }
    Finding::Patience(
        Cause::new(
            "ImagePulling",
            format!("the image {image} could not be pulled yet: {message}"),
            "wait, or check that the node reaches the registry",
        )
        .on(pod, &container.name),
    )
}

/// A pull under way has no state of its own: only the kubelet's event tells.
fn pulling_finding(
    pod: &PodState,
    container: &ContainerState,
    evidence: &Evidence,
) -> Option<Finding> {
    let (reason, _) = container.waiting.as_ref()?;
    let newest = evidence.event(&pod.name, &["Pulling", "Pulled", "Failed"])?;
    let image = &container.image;
    let pulling = reason == "ContainerCreating" || reason == "PodInitializing";
    if !pulling || newest.reason != "Pulling" || !newest.message.contains(&format!("\"{image}\"")) {
        return None;
    }
    Some(Finding::Patience(
        Cause::new(
            "ImagePulling",
            format!("the image {image} is being pulled"),
            "give it more time with policies.timeout, or check that the node reaches the registry",
        )
        .on(pod, &container.name),
    ))
}

fn config_finding(pod: &PodState, container: &ContainerState, message: &str) -> Finding {
    if message.contains("timed out waiting for the condition") {
        return Finding::Patience(
            Cause::new(
                "ConfigPending",
                format!(
                    "the node could not fetch the configuration of container {} yet: {message}",
                    container.name
                ),
                "wait; the node tries again within 15 s",
            )
            .on(pod, &container.name),
        );
    }
    let missing = message.contains("not found") || message.contains("couldn't find key");
    let cause = if missing {
        Cause::new(
            "ConfigMissing",
            format!(
                "container {} needs what is not there: {message}",
                container.name
            ),
            "create it, add it as a config or secret component, or correct the name in traits.envs, envFrom or storage",
        )
    } else {
        Cause::new(
            "ConfigError",
            format!(
                "container {} cannot be configured: {message}",
                container.name
            ),
            "change what the message names",
        )
    };
    Finding::FatalIfItLasts(cause.on(pod, &container.name))
}

/// A volume whose ConfigMap, Secret or key is missing keeps the pod in `ContainerCreating`; only events tell.
fn mount_finding(pod: &PodState, evidence: &Evidence) -> Option<Finding> {
    let creating = pod
        .init_containers
        .iter()
        .chain(&pod.containers)
        .all(|c| !c.running && c.terminated.is_none());
    let event = evidence
        .event(&pod.name, &["FailedMount"])
        .filter(|_| creating)?;
    let cause = Cause::new(
        "ConfigMissing",
        format!("a volume of the pod cannot be mounted: {}", first_line(&event.message)),
        "create what is missing, add it as a config or secret component, or correct sourceName in traits.storage",
    )
    .on(pod, "");
    let absent =
        event.message.contains("not found") || event.message.contains("non-existent config key");
    Some(if absent {
        Finding::FatalIfItLasts(cause)
    } else {
        Finding::Patience(cause)
    })
}

fn killed_by_probe(
    pod: &PodState,
    container: &ContainerState,
    evidence: &Evidence,
) -> Option<Finding> {
    let killed = evidence.events.iter().rev().find(|event| {
        event.name == pod.name
            && event.reason == "Killing"
            && event
                .message
                .contains(&format!("ontainer {} failed ", container.name))
    })?;
    let startup = killed.message.contains("startup probe");
    let (reason, probe) = if startup {
        ("StartupProbeFailed", "startup")
    } else {
        ("LivenessProbeFailed", "liveness")
    };
    let answer = last_answer(pod, probe, evidence)
        .map(|text| format!(": {text}"))
        .unwrap_or_default();
    Some(Finding::Fatal(
        Cause::new(
            reason,
            format!("container {} was stopped because its {probe} probe failed{answer}", container.name),
            format!("check the {probe} probe's path, port and delays in traits.probes, and the container's log"),
        )
        .on(pod, &container.name),
    ))
}

/// The second crash ends the job; an out-of-memory kill is named as such.
fn crash_finding(
    pod: &PodState,
    container: &ContainerState,
    init: bool,
    evidence: &Evidence,
) -> Option<Finding> {
    let ended = container
        .terminated
        .as_ref()
        .or(container.last_terminated.as_ref())?;
    let backing_off = container
        .waiting
        .as_ref()
        .is_some_and(|(reason, _)| reason == "CrashLoopBackOff");
    let crashed_twice = container.restarts >= 1 && (backing_off || container.terminated.is_some());
    let clean_init = init && ended.exit_code == 0;
    if clean_init || !(crashed_twice || ended.reason == "OOMKilled" && container.restarts >= 1) {
        return None;
    }
    let name = &container.name;
    if ended.reason == "StartError" {
        return Some(cannot_start(pod, container, &ended.message));
    }
    if ended.reason == "OOMKilled" {
        return Some(Finding::Fatal(
            Cause::new(
                "OOMKilled",
                format!(
                    "container {name} used more memory than its limit and was killed{}",
                    log_text(pod, name, evidence)
                ),
                "raise traits.resources.memory or make the program use less",
            )
            .on(pod, name),
        ));
    }
    Some(Finding::Fatal(
        Cause::new(
            "CrashLoop",
            format!(
                "container {name} keeps ending with exit code {}{}",
                ended.exit_code,
                log_text(pod, name, evidence)
            ),
            "read its log (kubemin logs), then mend its command, configuration or image",
        )
        .on(pod, name),
    ))
}

fn log_text(pod: &PodState, container: &str, evidence: &Evidence) -> String {
    evidence
        .log_of(&pod.name, container)
        .map(|text| format!("; last output:\n{text}"))
        .unwrap_or_default()
}

fn probe_finding(
    pod: &PodState,
    container: &ContainerState,
    init: bool,
    evidence: &Evidence,
) -> Option<Finding> {
    if init {
        let running = container.running.then(|| {
            Cause::new(
                "InitRunning",
                format!("init container {} is still running", container.name),
                "wait, or read its log",
            )
            .on(pod, &container.name)
        });
        return running.map(Finding::Patience);
    }
    if !container.running || container.ready {
        return None;
    }
    let probe = if container.started {
        "readiness"
    } else {
        "startup"
    };
    let answer = last_answer(pod, "Readiness", evidence)
        .or_else(|| last_answer(pod, "Startup", evidence))?;
    Some(Finding::Patience(
        Cause::new(
            "ProbeFailing",
            format!(
                "the {probe} probe of container {} fails: {answer}",
                container.name
            ),
            format!("check the {probe} probe in traits.probes and the container's log"),
        )
        .on(pod, &container.name),
    ))
}

fn last_answer(pod: &PodState, probe: &str, evidence: &Evidence) -> Option<String> {
    let wanted = format!("{} probe", capitalised(probe));
    let event = evidence.events.iter().rev().find(|e| {
        e.name == pod.name && e.reason == "Unhealthy" && e.message.starts_with(&wanted)
    })?;
    Some(first_line(&event.message).to_owned())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
