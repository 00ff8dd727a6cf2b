//! Sections `kubernetes` and `log` (decisions 21 and 49).

use std::path::PathBuf;

use crate::config::choices::LogFormat;
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
        /// IngressClass of what the trait expose becomes; the cluster's default when unset.
        ingress_class: Option<String> = Setting::new("kubernetes.ingressClass", "ingress-class", "");
        /// Extended resource for a number of GPUs.
        gpu_count_resource: String = Setting::new("kubernetes.gpuCountResource", "gpu-count-resource", "nvidia.com/gpu");
        /// Extended resource for a share of GPU memory, in MiB.
        gpu_memory_resource: String = Setting::new("kubernetes.gpuMemoryResource", "gpu-memory-resource", "nvidia.com/gpumem");
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
