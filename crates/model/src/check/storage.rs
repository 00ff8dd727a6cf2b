//! Trait `storage`: each entry for itself, and the mounts of one container (seed 000, Storage; decisions 19, 20, 40, 45).

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Findings, Place, naming, resources};
use crate::Quantity;
use crate::names::normalise;
use crate::traits::Storage;

const TYPES: [&str; 4] = ["persistent", "ephemeral", "config", "secret"];
const ACCESS_MODES: [&str; 4] = [
    "ReadWriteOnce",
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOncePod",
];
/// A bare number means Gi; from here on it was surely meant as bytes.
const SUSPICIOUS_GIBIBYTES: i128 = 1 << 20;

pub(super) fn check(entries: &[Storage], at: &Place, findings: &mut Findings) {
    let mut mounted = HashMap::new();
    for (index, storage) in entries.iter().enumerate() {
        let place = at.index(index);
        naming::name(&storage.name, &place.field("name"), "volume", findings);
        kind(storage, &place, findings);
        mount(storage, &place, findings);
        claim(storage, &place, findings);
        source(storage, &place, findings);
        let path = mount_path(storage);
        let path = path.trim_end_matches('/').to_owned();
        if storage.name.is_empty() && storage.mount_path.is_none() {
            continue;
        }
        if let Some(first) = mounted.insert(path.clone(), index) {
            let message = format!(
                "{path} is mounted twice in one container, first by {:?}",
                entries[first].name
            );
            let field = place.field("mountPath");
            let place = if storage.mount_path.is_some() {
                &field
            } else {
                &place
            };
            findings.error(place, "duplicate-mount", message);
        }
    }
}

/// Where the volume is mounted: as given, else `/mnt/<name>`.
fn mount_path(storage: &Storage) -> Cow<'_, str> {
    match storage
        .mount_path
        .as_deref()
        .filter(|path| !path.is_empty())
    {
        Some(path) => Cow::Borrowed(path),
        None => Cow::Owned(format!("/mnt/{}", normalise(&storage.name))),
    }
}

fn kind(storage: &Storage, at: &Place, findings: &mut Findings) {
    let place = at.field("type");
    let folded = storage.kind.to_ascii_lowercase().replace(['-', '_'], "");
    if folded == "hostpath" || folded == "hostmounted" {
        let message = format!(
            "{} volumes are refused: they open the node's file system to the pod (hostPath)",
            storage.kind
        );
        findings
            .error(&place, "host-path", message)
            .hint("use persistent, ephemeral, config or secret");
    } else {
        naming::choice(&storage.kind, &TYPES, &place, findings);
    }
}

fn mount(storage: &Storage, at: &Place, findings: &mut Findings) {
    if let Some(path) = storage
        .mount_path
        .as_deref()
        .filter(|path| !path.is_empty())
    {
        let place = at.field("mountPath");
        if !path.starts_with('/') || path.contains(':') || has_parent_step(path) {
            let message = format!(
                "{path:?} is no place to mount a volume: an absolute path without ':' and '..'"
            );
            findings.error(&place, "invalid-path", message);
        } else if path.trim_end_matches('/').is_empty() {
            findings.error(
                &place,
                "invalid-path",
                "a volume over / would hide the whole image",
            );
        }
    }
    if let Some(path) = storage.sub_path.as_deref()
        && (path.starts_with('/') || has_parent_step(path))
    {
        let message =
            format!("{path:?} leaves the volume: a path inside of it, relative and without '..'");
        findings.error(&at.field("subPath"), "invalid-path", message);
    }
}

fn has_parent_step(path: &str) -> bool {
    path.split('/').any(|step| step == "..")
}

fn claim(storage: &Storage, at: &Place, findings: &mut Findings) {
    if let Some(size) = &storage.size {
        self::size(size, &at.field("size"), findings);
    }
    for (index, mode) in storage.access_modes.iter().enumerate() {
        naming::choice(
            mode,
            &ACCESS_MODES,
            &at.field("accessModes").index(index),
            findings,
        );
    }
    naming::optional_reference(
        storage.claim_name.as_deref(),
        &at.field("claimName"),
        "claim",
        findings,
    );
    naming::optional_reference(
        storage.storage_class.as_deref(),
        &at.field("storageClass"),
        "StorageClass",
        findings,
    );
    let existing = storage
        .claim_name
        .as_deref()
        .is_some_and(|name| !name.is_empty());
    if existing && storage.tmp_create == Some(true) {
        let message = "claimName names a claim that is there already, tmpCreate makes a new one";
        findings
            .error(&at.field("claimName"), "conflict", message)
            .hint("keep one of them");
    }
    unused(storage, existing, at, findings);
}

/// Fields that the entry's type does not look at.
fn unused(storage: &Storage, existing: bool, at: &Place, findings: &mut Findings) {
    let given = [
        ("size", storage.size.is_some()),
        (
            "storageClass",
            storage
                .storage_class
                .as_deref()
                .is_some_and(|class| !class.is_empty()),
        ),
        ("accessModes", !storage.access_modes.is_empty()),
        ("tmpCreate", storage.tmp_create == Some(true)),
        ("claimName", existing),
    ];
    let persistent = storage.kind == "persistent";
    if !TYPES.contains(&storage.kind.as_str()) || persistent && !existing {
        return;
    }
    let looked_at: &[&str] = if persistent {
        &["claimName", "accessModes", "tmpCreate"]
    } else {
        &[]
    };
    let why = if persistent {
        "the claim exists already"
    } else {
        "it is for type persistent"
    };
    for (field, _) in given
        .into_iter()
        .filter(|(field, given)| *given && !looked_at.contains(field))
    {
        findings.warn(
            &at.field(field),
            "no-effect",
            format!("{field} is not used: {why}"),
        );
    }
}

fn size(size: &Quantity, place: &Place, findings: &mut Findings) {
    let Some(amount) = resources::amount(size, place, findings) else {
        return;
    };
    if amount.nanos() == 0 || !size.is_bare_number() && amount.whole().is_none() {
        findings.error(
            place,
            "invalid-quantity",
            format!("{} is no size of a volume", size.as_str()),
        );
    } else if size.is_bare_number() && amount.ceil() >= SUSPICIOUS_GIBIBYTES {
        let message = format!(
            "a bare number means Gi; {} of them is surely not meant",
            size.as_str()
        );
        findings
            .error(place, "invalid-quantity", message)
            .hint("write the unit, e.g. 5Gi");
    }
}

fn source(storage: &Storage, at: &Place, findings: &mut Findings) {
    let Some(source) = storage
        .source_name
        .as_deref()
        .filter(|source| !source.is_empty())
    else {
        return;
    };
    let place = at.field("sourceName");
    match storage.kind.as_str() {
        "config" => naming::reference(source, &place, "ConfigMap", findings),
        "secret" => naming::reference(source, &place, "Secret", findings),
        "persistent" | "ephemeral" => {
            findings.warn(
                &place,
                "no-effect",
                "sourceName is not used: it is for types config and secret",
            );
        }
        _ => {}
    }
}
