//! Causes by observation (decision 30): what ends a job at once, after five seconds, or is waited for.

use kubemin_objects::observed::{Condition, Termination};
use kubemin_objects::{ContainerState, Kind, PodState, WorkloadState};
use kubemin_workflow::diagnosis::{
    ClaimFact, EventFact, Evidence, LogTail, NodeRoom, Question, Requests, Verdict, judge,
    obstacles,
};

struct Case {
    container: ContainerState,
    pod: PodState,
    state: WorkloadState,
    evidence: Evidence,
    requests: Requests,
    waited_ms: i64,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            container: ContainerState {
                name: "web".into(),
                image: "shop/web:1".into(),
                ..ContainerState::default()
            },
            pod: PodState {
                name: "web-1".into(),
                ..PodState::default()
            },
            state: WorkloadState {
                replicas: 1,
                current: 1,
                generation: 1,
                observed_generation: 1,
                updated: 1,
                ..WorkloadState::default()
            },
            evidence: Evidence::default(),
            requests: Requests::new(),
            waited_ms: 0,
        }
    }
}

impl Case {
    fn judge(mut self) -> Verdict {
        self.pod.containers = vec![self.container];
        let question = Question {
            kind: Kind::Deployment,
            generation: 1,
            waited_ms: self.waited_ms,
            requests: &self.requests,
            fail_when_unschedulable: false,
        };
        judge(&question, Some(&self.state), &[self.pod], &self.evidence)
    }

    #[track_caller]
    fn fails_with(self, reason: &str, words: &[&str]) {
        match self.judge() {
            Verdict::Failed(cause) => {
                assert_eq!(cause.reason, reason);
                for word in words {
                    assert!(
                        cause.message.contains(word),
                        "{word:?} is missing in {:?}",
                        cause.message
                    );
                }
                assert!(!cause.remedy.is_empty(), "a failure names a remedy");
            }
            other => panic!("expected {reason}, got {other:?}"),
        }
    }

    #[track_caller]
    fn waits_for(self, reason: &str, words: &[&str]) {
        match self.judge() {
            Verdict::Waiting(cause) => {
                assert_eq!(cause.reason, reason);
                for word in words {
                    assert!(
                        cause.message.contains(word),
                        "{word:?} is missing in {:?}",
                        cause.message
                    );
                }
            }
            other => panic!("expected to wait for {reason}, got {other:?}"),
        }
    }
}

fn waiting(reason: &str, message: &str) -> Case {
    let mut case = Case::default();
    case.container.waiting = Some((reason.into(), message.into()));
    case
}

fn event(name: &str, reason: &str, message: &str) -> EventFact {
    EventFact {
        kind: "Pod".into(),
        name: name.into(),
        warning: true,
        reason: reason.into(),
        message: message.into(),
        ..EventFact::default()
    }
}

#[test]
fn an_image_that_the_registry_does_not_know_ends_the_job() {
    let message =
        "failed to resolve reference \"docker.io/shop/web:1\": docker.io/shop/web:1: not found";
    waiting("ErrImagePull", message).fails_with("ImageNotFound", &["shop/web:1"]);
}

#[test]
fn an_image_that_may_not_be_pulled_ends_the_job() {
    let message = "unexpected status from HEAD request: 401 Unauthorized";
    waiting("ImagePullBackOff", message).fails_with("ImageNotPermitted", &["shop/web:1"]);
}

#[test]
fn a_registry_that_does_not_answer_is_waited_for() {
    waiting("ErrImagePull", "dial tcp 10.0.0.1:443: i/o timeout")
        .waits_for("ImagePulling", &["i/o timeout"]);
}

#[test]
fn a_pull_under_way_is_named() {
    let mut case = waiting("ContainerCreating", "");
    case.evidence.events = vec![event("web-1", "Pulling", "Pulling image \"shop/web:1\"")];
    case.waits_for("ImagePulling", &["shop/web:1"]);
    let mut pulled = waiting("ContainerCreating", "");
    pulled.evidence.events = vec![
        event("web-1", "Pulling", "Pulling image \"shop/web:1\""),
        event(
            "web-1",
            "Pulled",
            "Successfully pulled image \"shop/web:1\"",
        ),
    ];
    pulled.waits_for("Progressing", &[]);
}

/// Words of containerd 1.6 with runc; the kubelet shows them in the state first, then as the last termination.
#[test]
fn a_command_that_is_not_in_the_image_cannot_start() {
    let said = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create \
                failed: unable to start container process: exec: \"/nope\": stat /nope: no such file or directory: unknown";
    waiting("RunContainerError", said).fails_with("CannotStart", &["exec: \"/nope\""]);
    let mut case = waiting("CrashLoopBackOff", "back-off");
    case.container.restarts = 1;
    case.container.last_terminated = Some(Termination {
        exit_code: 128,
        reason: "StartError".into(),
        message: said.into(),
    });
    case.fails_with(
        "CannotStart",
        &["web cannot be started: exec: \"/nope\": stat /nope: no such file or directory"],
    );
}

#[test]
fn a_missing_config_map_is_given_five_seconds() {
    let missing = || {
        waiting(
            "CreateContainerConfigError",
            "configmap \"nowhere\" not found",
        )
    };
    missing().waits_for("ConfigMissing", &["nowhere"]);
    Case {
        waited_ms: 5_000,
        ..missing()
    }
    .fails_with("ConfigMissing", &["nowhere"]);
}

/// A kubelet under load says so before it knows whether the ConfigMap is there.
#[test]
fn configuration_that_the_node_could_not_fetch_is_waited_for() {
    let message = "failed to sync configmap cache: timed out waiting for the condition";
    let case = Case {
        waited_ms: 9_000,
        ..waiting("CreateContainerConfigError", message)
    };
    case.waits_for("ConfigPending", &["could not fetch"]);
}

/// The claim itself and the scheduler's words tell of the same trouble.
#[test]
fn a_missing_claim_has_the_same_cause_while_it_is_waited_for_and_when_it_ends_the_job() {
    let missing = |waited_ms| {
        let mut case = Case {
            waited_ms,
            ..Case::default()
        };
        let words = "persistentvolumeclaim \"nowhere\" not found";
        case.pod.unscheduled = Some(("Unschedulable".into(), words.into()));
        case.evidence.claims = vec![ClaimFact {
            name: "nowhere".into(),
            ..ClaimFact::default()
        }];
        case.judge()
    };
    match (missing(0), missing(5_000)) {
        (Verdict::Waiting(before), Verdict::Failed(after)) => assert_eq!(before, after),
        other => panic!("expected to wait and then to fail, got {other:?}"),
    }
}

#[test]
fn a_volume_of_a_missing_secret_is_named() {
    let mut case = Case {
        waited_ms: 6_000,
        ..waiting("ContainerCreating", "")
    };
    case.evidence.events = vec![event(
        "web-1",
        "FailedMount",
        "MountVolume.SetUp failed for volume \"tls\" : secret \"tls\" not found",
    )];
    case.fails_with("ConfigMissing", &["secret \"tls\" not found"]);
}

#[test]
fn the_second_crash_ends_the_job_with_the_last_log_lines() {
    let mut case = waiting("CrashLoopBackOff", "back-off");
    case.container.restarts = 1;
    case.container.last_terminated = Some(Termination {
        exit_code: 3,
        reason: "Error".into(),
        message: String::new(),
    });
    case.evidence.logs = vec![LogTail {
        pod: "web-1".into(),
        container: "web".into(),
        lines: vec!["no database".into()],
    }];
    case.fails_with("CrashLoop", &["exit code 3", "no database"]);
}

#[test]
fn the_first_crash_is_waited_for() {
    let mut case = Case::default();
    case.container.terminated = Some(Termination {
        exit_code: 1,
        reason: "Error".into(),
        message: String::new(),
    });
    assert!(matches!(case.judge(), Verdict::Waiting(_)));
}

#[test]
fn an_out_of_memory_kill_is_called_so() {
    let mut case = waiting("CrashLoopBackOff", "back-off");
    case.container.restarts = 1;
    case.container.last_terminated = Some(Termination {
        exit_code: 137,
        reason: "OOMKilled".into(),
        message: String::new(),
    });
    case.fails_with("OOMKilled", &["memory"]);
}

#[test]
fn more_than_any_node_holds_is_never_schedulable_and_says_by_how_much() {
    let mut case = Case {
        requests: Requests::from([("cpu".into(), 64_000)]),
        ..Case::default()
    };
    case.pod.unscheduled = Some((
        "Unschedulable".into(),
        "0/1 nodes are available: 1 Insufficient cpu.".into(),
    ));
    case.evidence.nodes = vec![NodeRoom {
        name: "n1".into(),
        usable: true,
        allocatable: [("cpu".into(), 2_000)].into(),
        requested: [("cpu".into(), 500)].into(),
    }];
    case.fails_with(
        "NeverSchedulable",
        &["64 cpu", "holds 2", "short by 62", "1500m free"],
    );
}

#[test]
fn a_resource_that_no_node_has_is_to_be_left_out() {
    let mut case = Case {
        requests: Requests::from([("nvidia.com/gpu".into(), 1_000)]),
        ..Case::default()
    };
    case.pod.unscheduled = Some(("Unschedulable".into(), "Insufficient nvidia.com/gpu".into()));
    case.evidence.nodes = vec![NodeRoom {
        name: "n1".into(),
        ..NodeRoom::default()
    }];
    match case.judge() {
        Verdict::Failed(cause) => assert!(
            cause.remedy.starts_with("leave nvidia.com/gpu out"),
            "{}",
            cause.remedy
        ),
        other => panic!("expected NeverSchedulable, got {other:?}"),
    }
}

#[test]
fn no_room_now_is_waited_for() {
    let mut case = Case {
        requests: Requests::from([("cpu".into(), 1_500)]),
        ..Case::default()
    };
    case.pod.unscheduled = Some((
        "Unschedulable".into(),
        "0/1 nodes are available: 1 Insufficient cpu.".into(),
    ));
    case.evidence.nodes = vec![NodeRoom {
        name: "n1".into(),
        usable: true,
        allocatable: [("cpu".into(), 2_000)].into(),
        ..NodeRoom::default()
    }];
    case.waits_for("Unschedulable", &["Insufficient cpu"]);
}

#[test]
fn a_storage_class_that_does_not_exist_ends_the_job() {
    let mut case = Case::default();
    case.evidence.claims = vec![ClaimFact {
        name: "data".into(),
        exists: true,
        phase: "Pending".into(),
        storage_class: "gold".into(),
        ..ClaimFact::default()
    }];
    case.fails_with("StorageClassMissing", &["data", "gold"]);
}

#[test]
fn a_claim_that_waits_for_its_consumer_is_waited_for() {
    let mut case = Case::default();
    case.evidence.claims = vec![ClaimFact {
        name: "data".into(),
        exists: true,
        phase: "Pending".into(),
        class_exists: true,
        waits_for_consumer: true,
        ..ClaimFact::default()
    }];
    case.waits_for("ClaimPending", &["first pod"]);
}

#[test]
fn a_quota_refusal_ends_the_job() {
    let mut case = Case::default();
    case.state.current = 0;
    case.state.updated = 0;
    case.state.conditions = vec![Condition {
        kind: "ReplicaFailure".into(),
        is_true: true,
        reason: "FailedCreate".into(),
        message: "pods \"web-1\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1".into(),
    }];
    case.fails_with("QuotaExceeded", &["exceeded quota: small"]);
}

#[test]
fn an_admission_refusal_ends_the_job() {
    let mut case = Case::default();
    case.state.updated = 0;
    case.state.conditions = vec![Condition {
        kind: "ReplicaFailure".into(),
        is_true: true,
        reason: "FailedCreate".into(),
        message: "pods \"web-1\" is forbidden: violates PodSecurity \"restricted:latest\"".into(),
    }];
    case.fails_with("AdmissionRefused", &["violates PodSecurity"]);
}

#[test]
fn a_failing_readiness_probe_is_waited_for_with_its_answer() {
    let mut case = Case::default();
    case.container.running = true;
    case.container.started = true;
    case.evidence.events = vec![event(
        "web-1",
        "Unhealthy",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
    )];
    case.waits_for("ProbeFailing", &["readiness probe", "503"]);
}

#[test]
fn a_liveness_kill_ends_the_job_with_the_probes_answer() {
    let mut case = Case::default();
    case.container.restarts = 1;
    case.evidence.events = vec![
        event(
            "web-1",
            "Unhealthy",
            "Liveness probe failed: connection refused",
        ),
        event(
            "web-1",
            "Killing",
            "Container web failed liveness probe, will be restarted",
        ),
    ];
    case.fails_with("LivenessProbeFailed", &["connection refused"]);
}

/// A crashing pod of the version before, seen right after the mended version was applied.
fn crash_before_the_mended_version() -> Case {
    let mut case = waiting("CrashLoopBackOff", "back-off");
    case.container.restarts = 4;
    case.container.last_terminated = Some(Termination {
        exit_code: 3,
        reason: "Error".into(),
        message: String::new(),
    });
    case.state.generation = 2;
    case
}

#[test]
fn crashes_of_the_version_before_do_not_end_the_job() {
    let mut unseen = crash_before_the_mended_version();
    unseen.state.observed_generation = 1;
    unseen.waits_for("Progressing", &["has not seen the change"]);
    let mut observed = crash_before_the_mended_version();
    observed.state.observed_generation = 2;
    observed.state.updated = 0;
    observed.waits_for("Progressing", &["0 of 1 pods have the new version"]);
    let mut lagging = crash_before_the_mended_version();
    lagging.state.observed_generation = 2;
    lagging.state.current = 2;
    lagging.waits_for("Progressing", &["old pods"]);
}

#[test]
fn a_broken_pod_of_the_version_before_blocks_a_stateful_set() {
    let mut case = crash_before_the_mended_version();
    case.state.observed_generation = 2;
    case.state.update_revision = "new".into();
    case.pod.revision = "old".into();
    case.pod.containers = vec![case.container];
    let requests = Requests::new();
    let question = Question {
        kind: Kind::StatefulSet,
        generation: 2,
        waited_ms: 0,
        requests: &requests,
        fail_when_unschedulable: false,
    };
    let pods = [case.pod];
    let blocking =
        |state: &WorkloadState| obstacles(&question, state, &pods, &Evidence::default()).len();
    assert_eq!(blocking(&case.state), 1);
    let unseen = WorkloadState {
        observed_generation: 1,
        ..case.state.clone()
    };
    let partitioned = WorkloadState {
        partition: 1,
        ..case.state.clone()
    };
    let same = WorkloadState {
        update_revision: "old".into(),
        ..case.state.clone()
    };
    assert_eq!(
        [unseen, partitioned, same].map(|state| blocking(&state)),
        [0, 0, 0],
        "not yet observed, kept by a partition, of the wanted version"
    );
}

#[test]
fn a_refusal_of_the_version_before_is_given_five_seconds() {
    let refused = |waited_ms| {
        let mut case = Case {
            waited_ms,
            ..Case::default()
        };
        case.state.generation = 2;
        case.state.observed_generation = 2;
        case.state.updated = 0;
        case.state.conditions = vec![Condition {
            kind: "ReplicaFailure".into(),
            is_true: true,
            reason: "FailedCreate".into(),
            message: "pods \"web-1\" is forbidden: exceeded quota: small".into(),
        }];
        case
    };
    refused(0).waits_for("QuotaExceeded", &["small"]);
    refused(5_000).fails_with("QuotaExceeded", &["small"]);
    let mut made = refused(5_000);
    made.state.updated = 1;
    made.waits_for("Progressing", &[]);
}

#[test]
fn pods_of_an_older_revision_do_not_decide() {
    let mut case = Case::default();
    case.pod.revision = "new".into();
    case.pod.created_ms = 2;
    case.container.running = true;
    let mut old = PodState {
        name: "web-0".into(),
        revision: "old".into(),
        created_ms: 1,
        ..PodState::default()
    };
    old.containers = vec![ContainerState {
        waiting: Some(("ErrImagePull".into(), "not found".into())),
        ..ContainerState::default()
    }];
    case.pod.containers = vec![case.container];
    let requests = Requests::new();
    let question = Question {
        kind: Kind::Deployment,
        generation: 1,
        waited_ms: 9_000,
        requests: &requests,
        fail_when_unschedulable: false,
    };
    let verdict = judge(
        &question,
        Some(&case.state),
        &[old, case.pod],
        &Evidence::default(),
    );
    assert!(matches!(verdict, Verdict::Waiting(_)), "{verdict:?}");
}
