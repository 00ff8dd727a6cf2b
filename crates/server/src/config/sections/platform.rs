//! Sections `kubernetes` and `log` (decisions 21 and 49).

use std::path::PathBuf;

use crate::config::choices::{GpuPlatform, GpuUnit, LogFormat};
use crate::config::section::section;
use crate::config::setting::Setting;

section! {
    /// The cluster, and what it offers.
    Kubernetes {
        /// Kubeconfig file; the pod's own account when unset inside a cluster.
        kubeconfig: Option<PathBuf> = Setting::new("kubernetes.kubeconfig", "kubeconfig", "").or_environment("KUBECONFIG");
        /// Requests to the API server per second, on average.
        api_qps: u32 = Setting::new("kubernetes.apiQps", "kube-api-qps", "1000").positive();
        /// Requests to the API server at once.
        api_burst: u32 = Setting::new("kubernetes.apiBurst", "kube-api-burst", "2000").positive();
        /// The trait expose becomes an HTTPRoute instead of an Ingress.
        gateway_api: bool = Setting::new("kubernetes.gatewayApi", "gateway-api", "false");
        /// Gateway of what the trait expose becomes when it names none, NAME or NAMESPACE/NAME. It is used where the cluster serves the Gateway API.
        gateway: Option<String> = Setting::new("kubernetes.gateway", "gateway", "");
        /// IngressClass of what the trait expose becomes; the cluster's default when unset.
        ingress_class: Option<String> = Setting::new("kubernetes.ingressClass", "ingress-class", "");
        /// Who offers GPUs: chooses the extended resources that the trait resources asks for.
        gpu_platform: GpuPlatform = Setting::new("kubernetes.gpuPlatform", "gpu-platform", "nvidia");
        /// Extended resource for a number of GPUs; the platform's when unset.
        gpu_count_resource: Option<String> = Setting::new("kubernetes.gpuCountResource", "gpu-count-resource", "");
        /// Extended resource for a share of GPU memory; the platform's when unset.
        gpu_memory_resource: Option<String> = Setting::new("kubernetes.gpuMemoryResource", "gpu-memory-resource", "");
        /// Unit of the extended resource for GPU memory; the platform's when unset.
        gpu_memory_unit: Option<GpuUnit> = Setting::new("kubernetes.gpuMemoryUnit", "gpu-memory-unit", "");
    }
}

section! {
    /// What the server writes to standard error.
    Log {
        /// Form of a line.
        format: LogFormat = Setting::new("log.format", "log-format", "text");
        /// Least level that is written: error, warn, info, debug or trace; levels of parts as in info,kubemin_engine=debug.
        level: String = Setting::new("log.level", "log-level", "info");
    }
}
