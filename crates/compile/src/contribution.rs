//! What a trait adds to a component: parts of its container, of its pod, of its workload, and further objects.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{DeploymentStrategy, StatefulSetUpdateStrategy};
use k8s_openapi::api::core::v1::{
    Affinity, Container, ContainerPort, EnvFromSource, EnvVar, PodSecurityContext, Probe,
    ResourceRequirements, SecurityContext, Toleration, TopologySpreadConstraint, VolumeMount,
};
use kubemin_model::FieldError;

use crate::claims::Claim;
use crate::draft::Draft;

/// The result of one processor, and the sum of several.
#[derive(Default)]
pub struct Contribution {
    /// The container the traits belong to.
    pub container: ContainerPart,
    /// The pod around it.
    pub pod: PodPart,
    /// The workload around the pod.
    pub workload: WorkloadPart,
    /// Additional objects.
    pub objects: Vec<Draft>,
    /// Reasons to refuse the application.
    pub errors: Vec<FieldError>,
    /// Things its author should know.
    pub warnings: Vec<FieldError>,
}

/// Parts of a container.
#[derive(Default)]
pub struct ContainerPart {
    pub env: Vec<EnvVar>,
    pub env_from: Vec<EnvFromSource>,
    pub ports: Vec<ContainerPort>,
    /// Mounts by the name the author gave the volume; [`crate::merge`] puts in the name inside the pod.
    pub mounts: Vec<VolumeMount>,
    pub resources: Option<ResourceRequirements>,
    pub liveness: Option<Probe>,
    pub readiness: Option<Probe>,
    pub startup: Option<Probe>,
}

/// Parts of a pod.
#[derive(Default)]
pub struct PodPart {
    pub volumes: Vec<VolumePart>,
    pub init_containers: Vec<Container>,
    pub sidecars: Vec<Container>,
    /// ServiceAccount of the first `rbac` policy.
    pub account: Option<String>,
    pub scheduling: SchedulingPart,
    pub security: Option<PodSecurityContext>,
    /// Security context of every container.
    pub container_security: Option<SecurityContext>,
    /// Configuration that a running pod does not see change (decision 36).
    pub config_uses: Vec<ConfigUse>,
}

/// Where the pod may run.
#[derive(Default)]
pub struct SchedulingPart {
    pub node_selector: BTreeMap<String, String>,
    pub affinity: Option<Affinity>,
    pub tolerations: Vec<Toleration>,
    pub spread: Vec<TopologySpreadConstraint>,
    pub priority_class: Option<String>,
}

/// Parts of a Deployment or StatefulSet.
#[derive(Default)]
pub struct WorkloadPart {
    /// An autoscaler owns the number of pods (decision 39).
    pub scaled: bool,
    pub deployment_strategy: Option<DeploymentStrategy>,
    pub stateful_set_strategy: Option<StatefulSetUpdateStrategy>,
    pub min_ready_seconds: Option<i32>,
}

/// A volume as one container names it.
pub struct VolumePart {
    /// Name the author gave it.
    pub name: String,
    /// What is behind it.
    pub source: Source,
    /// Canonical path of the storage entry.
    pub path: String,
}

/// What is behind a volume.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// An emptyDir, or the volume of that name which another container of the pod brings.
    Ephemeral,
    /// A ConfigMap.
    Config(String),
    /// A Secret.
    Secret(String),
    /// A claim.
    Claim(Claim),
}

/// A ConfigMap or Secret whose change reaches a container only by a restart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigUse {
    Config(String),
    Secret(String),
}

impl Contribution {
    /// Adds what another processor made.
    pub fn absorb(&mut self, other: Contribution) {
        self.container.absorb(other.container);
        self.pod.absorb(other.pod);
        self.workload.absorb(other.workload);
        self.objects.extend(other.objects);
        self.errors.extend(other.errors);
        self.warnings.extend(other.warnings);
    }
}

impl ContainerPart {
    fn absorb(&mut self, other: ContainerPart) {
        self.env.extend(other.env);
        self.env_from.extend(other.env_from);
        self.ports.extend(other.ports);
        self.mounts.extend(other.mounts);
        keep_first(&mut self.resources, other.resources);
        keep_first(&mut self.liveness, other.liveness);
        keep_first(&mut self.readiness, other.readiness);
        keep_first(&mut self.startup, other.startup);
    }
}

impl PodPart {
    fn absorb(&mut self, other: PodPart) {
        self.volumes.extend(other.volumes);
        self.init_containers.extend(other.init_containers);
        self.sidecars.extend(other.sidecars);
        keep_first(&mut self.account, other.account);
        self.scheduling.absorb(other.scheduling);
        keep_first(&mut self.security, other.security);
        keep_first(&mut self.container_security, other.container_security);
        self.config_uses.extend(other.config_uses);
    }
}

impl SchedulingPart {
    fn absorb(&mut self, other: SchedulingPart) {
        self.node_selector.extend(other.node_selector);
        keep_first(&mut self.affinity, other.affinity);
        self.tolerations.extend(other.tolerations);
        self.spread.extend(other.spread);
        keep_first(&mut self.priority_class, other.priority_class);
    }
}

impl WorkloadPart {
    fn absorb(&mut self, other: WorkloadPart) {
        self.scaled |= other.scaled;
        keep_first(&mut self.deployment_strategy, other.deployment_strategy);
        keep_first(&mut self.stateful_set_strategy, other.stateful_set_strategy);
        keep_first(&mut self.min_ready_seconds, other.min_ready_seconds);
    }
}

fn keep_first<T>(mine: &mut Option<T>, other: Option<T>) {
    if mine.is_none() {
        *mine = other;
    }
}
