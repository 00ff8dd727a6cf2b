//! The Kubernetes kinds that an application can become.

use serde::{Deserialize, Serialize};

/// A Kubernetes kind with everything needed to address it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    ConfigMap,
    Secret,
    PersistentVolumeClaim,
    ServiceAccount,
    Role,
    ClusterRole,
    RoleBinding,
    ClusterRoleBinding,
    NetworkPolicy,
    Service,
    Deployment,
    StatefulSet,
    Job,
    CronJob,
    HorizontalPodAutoscaler,
    PodDisruptionBudget,
    Ingress,
    HTTPRoute,
}

impl Kind {
    /// Every kind, in apply order inside one priority.
    pub const ALL: [Kind; 18] = [
        Kind::ConfigMap,
        Kind::Secret,
        Kind::PersistentVolumeClaim,
        Kind::ServiceAccount,
        Kind::Role,
        Kind::ClusterRole,
        Kind::RoleBinding,
        Kind::ClusterRoleBinding,
        Kind::NetworkPolicy,
        Kind::Service,
        Kind::Deployment,
        Kind::StatefulSet,
        Kind::Job,
        Kind::CronJob,
        Kind::HorizontalPodAutoscaler,
        Kind::PodDisruptionBudget,
        Kind::Ingress,
        Kind::HTTPRoute,
    ];

    /// The kind's name, `Deployment`.
    pub fn name(self) -> &'static str {
        self.api().1
    }

    /// Group and version, `apps/v1`; `v1` for the core group.
    pub fn api_version(self) -> &'static str {
        self.api().0
    }

    /// The resource in URLs, `deployments`.
    pub fn plural(self) -> &'static str {
        self.api().2
    }

    /// API group, empty for the core group.
    pub fn group(self) -> &'static str {
        self.api_version()
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// API version without the group.
    pub fn version(self) -> &'static str {
        self.api_version()
            .split_once('/')
            .map_or(self.api_version(), |(_, version)| version)
    }

    /// Whether objects live in a namespace.
    pub fn namespaced(self) -> bool {
        !matches!(self, Kind::ClusterRole | Kind::ClusterRoleBinding)
    }

    /// Job priority (seed 000, 优先级说明; app-plane §4): 0, 1, 10 or 20; lower runs earlier.
    pub fn priority(self) -> u8 {
        match self {
            Kind::ConfigMap | Kind::Secret => 0,
            Kind::PersistentVolumeClaim
            | Kind::ServiceAccount
            | Kind::Role
            | Kind::ClusterRole
            | Kind::RoleBinding
            | Kind::ClusterRoleBinding
            | Kind::NetworkPolicy => 1,
            Kind::Service
            | Kind::Deployment
            | Kind::StatefulSet
            | Kind::Job
            | Kind::CronJob
            | Kind::HorizontalPodAutoscaler
            | Kind::PodDisruptionBudget => 10,
            Kind::Ingress | Kind::HTTPRoute => 20,
        }
    }

    /// Whether a job for this kind waits for pods after the API server has accepted the object (decision 31).
    pub fn is_workload(self) -> bool {
        matches!(self, Kind::Deployment | Kind::StatefulSet | Kind::Job)
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn api(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kind::ConfigMap => ("v1", "ConfigMap", "configmaps"),
            Kind::Secret => ("v1", "Secret", "secrets"),
            Kind::PersistentVolumeClaim => {
                ("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
            }
            Kind::ServiceAccount => ("v1", "ServiceAccount", "serviceaccounts"),
            Kind::Role => ("rbac.authorization.k8s.io/v1", "Role", "roles"),
            Kind::ClusterRole => (
                "rbac.authorization.k8s.io/v1",
                "ClusterRole",
                "clusterroles",
            ),
            Kind::RoleBinding => (
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "rolebindings",
            ),
            Kind::ClusterRoleBinding => (
                "rbac.authorization.k8s.io/v1",
                "ClusterRoleBinding",
                "clusterrolebindings",
            ),
            Kind::NetworkPolicy => ("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
            Kind::Service => ("v1", "Service", "services"),
            Kind::Deployment => ("apps/v1", "Deployment", "deployments"),
            Kind::StatefulSet => ("apps/v1", "StatefulSet", "statefulsets"),
            Kind::Job => ("batch/v1", "Job", "jobs"),
            Kind::CronJob => ("batch/v1", "CronJob", "cronjobs"),
            Kind::HorizontalPodAutoscaler => (
                "autoscaling/v2",
                "HorizontalPodAutoscaler",
                "horizontalpodautoscalers",
            ),
            Kind::PodDisruptionBudget => {
                ("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets")
            }
            Kind::Ingress => ("networking.k8s.io/v1", "Ingress", "ingresses"),
            Kind::HTTPRoute => ("gateway.networking.k8s.io/v1", "HTTPRoute", "httproutes"),
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
