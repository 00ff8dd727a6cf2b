//! PersistentVolumeClaims (seed 000, Storage 逻辑详解; app-plane §1 Claims; decisions 11, 20, 41).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kubemin_model::FieldError;
use kubemin_model::names::{LABEL_LIMIT, derived_name};
use kubemin_model::traits::Storage;
use kubemin_objects::{Kind, ObjectRole, labels};

use crate::context::Owner;
use crate::draft::Draft;
use crate::fault::fault;
use crate::metadata;

const DEFAULT_SIZE: &str = "1Gi";
const DEFAULT_MODE: &str = "ReadWriteOnce";

/// A claim as one storage entry asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Name of the claim or of the claim template.
    pub name: String,
    /// Whose it is.
    pub kind: ClaimKind,
    size: Option<String>,
    class: Option<String>,
    modes: Vec<String>,
}

/// Whose a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimKind {
    /// Made for the application, one for all its pods (`tmpCreate: true`).
    Own,
    /// Made for every replica of a StatefulSet (`tmpCreate: true` there).
    PerReplica,
    /// Made if absent, shared by all who name it (`tmpCreate: false`).
    Shared,
    /// There already (`claimName`).
    Existing,
}

impl Claim {
    /// The claim behind a `persistent` entry. `per_replica`: whether the component is a StatefulSet.
    pub fn of(storage: &Storage, app_id: &str, per_replica: bool) -> Self {
        let own = || {
            derived_name(
                &format!("pvc-{}", storage.name),
                &format!("-{app_id}"),
                LABEL_LIMIT,
            )
        };
        let (kind, name) = match (&storage.claim_name, storage.tmp_create) {
            (Some(existing), _) => (ClaimKind::Existing, existing.clone()),
            (None, Some(true)) if per_replica => (ClaimKind::PerReplica, own()),
            (None, Some(true)) => (ClaimKind::Own, own()),
            (None, _) => (ClaimKind::Shared, storage.name.clone()),
        };
        Self {
            name,
            kind,
            size: storage.size.as_ref().map(|size| size.0.clone()),
            class: storage.storage_class.clone(),
            modes: storage.access_modes.clone(),
        }
    }

    /// Whether only one node can write it at a time; an update by rolling would wait for ever (decision 40).
    pub fn one_node_only(&self) -> bool {
        self.modes.is_empty()
            || self
                .modes
                .iter()
                .all(|mode| mode.starts_with("ReadWriteOnce"))
    }

    /// The same claim named again, in this pod or another: settings left out are taken from the other entry.
    /// `None` when the two ask for different things.
    pub fn joined(&self, other: &Claim) -> Option<Claim> {
        if self.kind != other.kind || self.name != other.name {
            return None;
        }
        let modes = match (self.modes.as_slice(), other.modes.as_slice()) {
            (same, []) | ([], same) => same.to_vec(),
            (one, two) if one == two => one.to_vec(),
            _ => return None,
        };
        Some(Claim {
            size: agreed(&self.size, &other.size)?,
            class: agreed(&self.class, &other.class)?,
            modes,
            ..self.clone()
        })
    }

    /// Whether two components ask for one claim with all settings equal (decision 11).
    fn equal_settings(&self, other: &Claim) -> bool {
        self.size() == other.size() && self.class == other.class && self.modes() == other.modes()
    }

    fn size(&self) -> &str {
        self.size.as_deref().unwrap_or(DEFAULT_SIZE)
    }

    fn modes(&self) -> Vec<String> {
        if self.modes.is_empty() {
            vec![DEFAULT_MODE.to_owned()]
        } else {
            self.modes.clone()
        }
    }

    fn spec(&self) -> PersistentVolumeClaimSpec {
        PersistentVolumeClaimSpec {
            access_modes: Some(self.modes()),
            storage_class_name: self.class.clone(),
            resources: Some(VolumeResourceRequirements {
                requests: Some(BTreeMap::from([(
                    "storage".to_owned(),
                    Quantity(self.size().to_owned()),
                )])),
                ..VolumeResourceRequirements::default()
            }),
            ..PersistentVolumeClaimSpec::default()
        }
    }
}

/// The claim template of a StatefulSet. It can never be changed, so that it carries nothing that a release changes.
pub fn template(owner: Owner<'_>, claim: &Claim) -> PersistentVolumeClaim {
    PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: Some(claim.name.clone()),
            labels: Some(metadata::stable_labels(owner)),
            annotations: Some(BTreeMap::from([role_annotation()])),
            ..ObjectMeta::default()
        },
        spec: Some(claim.spec()),
        ..PersistentVolumeClaim::default()
    }
}

/// A claim and who asks for it.
pub struct Request<'a> {
    /// The component.
    pub owner: Owner<'a>,
    /// The claim.
    pub claim: Claim,
    /// Canonical path of the storage entry.
    pub path: String,
}

/// One object for every claim that is made, however many components name it.
pub fn objects(requests: Vec<Request<'_>>, errors: &mut Vec<FieldError>) -> Vec<Draft> {
    let mut kept: Vec<Request<'_>> = Vec::new();
    for request in requests
        .into_iter()
        .filter(|request| is_made(request.claim.kind))
    {
        match kept
            .iter_mut()
            .find(|earlier| earlier.claim.name == request.claim.name)
        {
            None => kept.push(request),
            Some(earlier) => match shared(&earlier.claim, &request.claim) {
                Some(claim) => earlier.claim = claim,
                None => errors.push(different(&request, earlier)),
            },
        }
    }
    kept.into_iter().map(object).collect()
}

fn is_made(kind: ClaimKind) -> bool {
    matches!(kind, ClaimKind::Own | ClaimKind::Shared)
}

fn shared(one: &Claim, two: &Claim) -> Option<Claim> {
    match one.kind {
        ClaimKind::Own if !one.equal_settings(two) => None,
        _ => one.joined(two),
    }
}

fn object(request: Request<'_>) -> Draft {
    let Request { owner, claim, path } = request;
    let (role, annotations) = match claim.kind {
        ClaimKind::Own => (
            ObjectRole::OwnClaim,
            BTreeMap::from([role_annotation(), metadata::origin(owner)]),
        ),
        _ => (ObjectRole::SharedClaim, BTreeMap::new()),
    };
    let resource = PersistentVolumeClaim {
        metadata: metadata::object(owner, &claim.name, &BTreeMap::new(), &annotations),
        spec: Some(claim.spec()),
        ..PersistentVolumeClaim::default()
    };
    Draft::typed(owner, Kind::PersistentVolumeClaim, path, &resource).with_role(role)
}

fn role_annotation() -> (String, String) {
    (
        labels::PVC_ROLE.to_owned(),
        labels::PVC_ROLE_TEMPLATE.to_owned(),
    )
}

fn different(later: &Request<'_>, earlier: &Request<'_>) -> FieldError {
    fault(
        &later.path,
        "claim-conflict",
        format!(
            "the claim {} is also asked for by component {} ({}), with other settings",
            later.claim.name, earlier.owner.component.name, earlier.path
        ),
        "use another name, or give both the same size, storageClass, accessModes and tmpCreate",
    )
}

/// One of two settings where at most one is given or both are equal.
fn agreed(one: &Option<String>, two: &Option<String>) -> Option<Option<String>> {
    match (one, two) {
        (Some(one), Some(two)) if one != two => None,
        (Some(one), _) => Some(Some(one.clone())),
        (None, two) => Some(two.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(size: Option<&str>, class: Option<&str>) -> Claim {
        let storage = Storage {
            name: "data".into(),
            kind: "persistent".into(),
            size: size.map(Into::into),
            storage_class: class.map(Into::into),
            ..Storage::default()
        };
        Claim::of(&storage, "id", false)
    }

    #[test]
    fn what_one_entry_leaves_out_the_other_may_say() {
        let joined = claim(Some("5Gi"), None).joined(&claim(None, Some("fast")));
        assert_eq!(joined, Some(claim(Some("5Gi"), Some("fast"))));
    }

    #[test]
    fn two_sizes_are_two_claims() {
        assert_eq!(
            claim(Some("5Gi"), None).joined(&claim(Some("6Gi"), None)),
            None
        );
    }
}
