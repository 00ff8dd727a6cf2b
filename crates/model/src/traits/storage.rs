//! Trait `storage` (seed 000, Storage 存储; app-plane §1 Claims; decisions 20, 40, 41).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Quantity;

/// A volume and its place in the container.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Storage {
    /// Name of the volume, normalised to DNS-1123. Entries of one name share one volume.
    pub name: String,
    /// `persistent`, `ephemeral`, `config` or `secret`. `hostPath` and `host-mounted` are refused.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it is mounted. `/mnt/<name>` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_path: Option<String>,
    /// Folder inside the volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_path: Option<String>,
    /// Mounted for reading only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// ConfigMap or Secret behind `config` and `secret`. `name` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_name: Option<String>,
    /// Size of the claim, `1Gi` when absent. A bare number means Gi.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Quantity>,
    /// `true`: a claim of the application's own. `false` (default): the claim called `name`, made if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-spellings" = ["TmpCreate"]))]
    pub tmp_create: Option<bool>,
    /// An existing claim that must be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_name: Option<String>,
    /// StorageClass of the claim; the cluster's default when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    /// Access modes of the claim, `ReadWriteOnce` when absent (decision 40).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access_modes: Vec<String>,
}
