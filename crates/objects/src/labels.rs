//! Labels and annotations that mark what the platform owns (seed 000, Informer 状态同步机制; app-plane §1).

/// Application id, on every object and pod (watches select on it).
pub const APP_ID: &str = "kube-min-cli-appId";
/// Short stable hash of application id and component name (decision 37).
pub const COMPONENT_ID: &str = "kube-min-cli-componentId";
/// Component name.
pub const COMPONENT_NAME: &str = "kube-min-cli-componentName";
/// Recommended Kubernetes labels.
pub const NAME: &str = "app.kubernetes.io/name";
/// `<application>`: the application the object is part of.
pub const PART_OF: &str = "app.kubernetes.io/part-of";
/// Always [`MANAGER`].
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// Application version; object metadata only, never a pod template (decision 37).
pub const VERSION: &str = "app.kubernetes.io/version";
/// Value of [`MANAGED_BY`], and the field manager of server-side apply.
pub const MANAGER: &str = "kubemin";

/// Marks claims that live with the application (seed 000, 逻辑详解 1.1); value [`PVC_ROLE_TEMPLATE`].
pub const PVC_ROLE: &str = "storage.kubemin.cli/pvc-role";
/// Value of [`PVC_ROLE`].
pub const PVC_ROLE_TEMPLATE: &str = "template";

/// Hash of the configuration a pod template uses; a change restarts the pods (decision 36). On pod templates.
pub const CONFIG_HASH: &str = "kubemin.io/config-hash";
/// Hash of the object as last applied; set by the cluster adapter, tells removed fields without a write.
pub const APPLIED_HASH: &str = "kubemin.io/applied-hash";
/// `<namespace>/<name>` of the application, for people who meet an object with kubectl.
pub const APPLICATION: &str = "kubemin.io/application";
/// Installation that owns the object (decision 6).
pub const INSTALLATION: &str = "kubemin.io/installation";
