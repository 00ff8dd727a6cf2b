//! What the program has to say about every example under `examples/broken/runtime`.

use std::time::Duration;

/// How an example ends.
pub struct Fault {
    /// File name without `.json`.
    pub slug: &'static str,
    /// Component that is in trouble.
    pub component: &'static str,
    /// Reason word.
    pub reason: &'static str,
    /// State of the task.
    pub state: &'static str,
    /// What the sentence must name.
    pub words: &'static [&'static str],
    /// Part of the remedy.
    pub remedy: &'static str,
    /// Longest time from the command's start to its end.
    pub within: Duration,
}

impl Fault {
    /// Refused before the first write, so that no component has a state of its own.
    pub fn is_rejected(&self) -> bool {
        self.state == "rejected"
    }

    const fn on(mut self, component: &'static str) -> Self {
        self.component = component;
        self
    }

    /// Waited for until `policies.timeout` of 8 s is over.
    const fn waits(mut self) -> Self {
        self.state = "timeout";
        self.within = Duration::from_secs(13);
        self
    }

    /// Only the node tells, and a busy one tries again after 10 to 15 s.
    const fn by_the_node(mut self) -> Self {
        self.within = Duration::from_secs(25);
        self
    }

    const fn rejected(mut self) -> Self {
        self.state = "rejected";
        self
    }
}

/// A fault that ends the task within ten seconds.
const fn fault(
    slug: &'static str,
    reason: &'static str,
    words: &'static [&'static str],
    remedy: &'static str,
) -> Fault {
    Fault {
        slug,
        component: "web",
        reason,
        state: "failed",
        words,
        remedy,
        within: Duration::from_secs(10),
    }
}

/// One row a file.
pub const FAULTS: &[Fault] = &[
    fault(
        "01-image-not-found",
        "ImageNotFound",
        &["nginx:does-not-exist"],
        "correct the image name or tag",
    ),
    fault(
        "02-image-not-permitted",
        "ImageNotPermitted",
        &["acme/denied:v1"],
        "policies.imagePullSecrets",
    ),
    fault(
        "03-crash-loop",
        "CrashLoop",
        &["exit code 3", "fatal: password authentication failed"],
        "mend its command",
    ),
    fault(
        "04-out-of-memory",
        "OOMKilled",
        &["web", "more memory than its limit"],
        "traits.resources.memory",
    ),
    fault(
        "05-never-schedulable-cpu",
        "NeverSchedulable",
        &["asks for 500 cpu", "largest node holds 2", "short by 498"],
        "ask for at most 2",
    ),
    fault(
        "06-never-schedulable-memory",
        "NeverSchedulable",
        &["asks for 4194304Mi memory", "short by"],
        "traits.resources",
    ),
    fault(
        "07-never-schedulable-gpu",
        "NeverSchedulable",
        &["asks for 1 nvidia.com/gpu", "largest node holds 0"],
        "a node that offers it",
    ),
    fault(
        "08-config-map-missing",
        "ConfigMissing",
        &["nowhere-config", "not found"],
        "config or secret component",
    )
    .by_the_node(),
    fault(
        "09-secret-key-missing",
        "ConfigMissing",
        &["key password", "db-login"],
        "traits.envs",
    )
    .by_the_node(),
    fault(
        "10-config-volume-missing",
        "ConfigMissing",
        &["nowhere-settings", "not found"],
        "sourceName in traits.storage",
    )
    .by_the_node(),
    fault(
        "11-claim-missing",
        "ClaimMissing",
        &["nowhere-claim"],
        "tmpCreate: true",
    ),
    fault(
        "12-storage-class-missing",
        "StorageClassMissing",
        &["pvc-data", "no-such-class"],
        "traits.storage[].storageClass",
    ),
    fault(
        "13-readiness-probe-failing",
        "ProbeFailing",
        &["readiness probe", "statuscode: 404"],
        "traits.probes",
    )
    .waits(),
    fault(
        "14-liveness-probe-failing",
        "LivenessProbeFailed",
        &["liveness probe failed", "statuscode: 404"],
        "traits.probes",
    ),
    fault(
        "15-startup-probe-exhausted",
        "StartupProbeFailed",
        &["startup probe failed", ":9999", "connection refused"],
        "traits.probes",
    ),
    fault(
        "16-quota-exceeded",
        "QuotaExceeded",
        &["exceeded quota: small", "requests.cpu=200m"],
        "ResourceQuota raised",
    ),
    fault(
        "17-admission-refused",
        "AdmissionRefused",
        &["restricted", "runAsNonRoot"],
        "change what the message names",
    ),
    fault(
        "18-job-fails",
        "JobFailed",
        &["exit code 4", "migration 7: column exists already"],
        "mend the command",
    )
    .on("migrate"),
    fault(
        "19-image-name-invalid",
        "InvalidImageName",
        &["Acme/Web:v1"],
        "registry/name:tag",
    ),
    fault(
        "20-command-not-found",
        "CannotStart",
        &["/usr/bin/no-such-program", "no such file or directory"],
        "properties.command",
    ),
    fault(
        "21-namespace-missing",
        "NamespaceMissing",
        &["kme-no-such-namespace"],
        "create the namespace",
    )
    .rejected(),
    fault(
        "22-init-container-fails",
        "CrashLoop",
        &["prepare", "exit code 5", "schema.sql is missing"],
        "mend its command",
    ),
    fault(
        "23-image-pull-slow",
        "ImagePulling",
        &["acme/slow:v1"],
        "reaches the registry",
    )
    .waits(),
    fault(
        "24-no-node-matches",
        "Unschedulable",
        &["didn't match Pod's node affinity/selector"],
        "traits.scheduling",
    ),
    fault(
        "25-claim-not-provisioned",
        "ProvisioningFailed",
        &["pvc-data", "only supports ReadWriteOnce"],
        "choose another class",
    ),
    fault(
        "26-name-taken",
        "NameTaken",
        &["settings", "belongs to somebody else"],
        "--adopt",
    )
    .rejected(),
    fault(
        "27-image-never-pulled",
        "ImageNotPresent",
        &["acme/not-loaded:v1"],
        "policies.imagePullPolicy",
    ),
    fault(
        "28-stateful-crash-loop",
        "CrashLoop",
        &["exit code 1", "/var/lib/data/VERSION"],
        "mend its command",
    )
    .on("data"),
    fault(
        "29-quota-refuses-object",
        "QuotaExceeded",
        &["settings", "exceeded quota: no-config"],
        "ResourceQuota raised",
    )
    .on("settings"),
    fault(
        "30-volume-key-missing",
        "CrashLoop",
        &["exit code 1", "directory"],
        "mend its command",
    ),
];
