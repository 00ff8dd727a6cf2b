//! The volumes of one pod: entries of one name are one volume with one source (decision 20; seed 000, 多容器共享存储).

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Findings, Place, Subject};
use crate::names::{normalise, normalise_reference};
use crate::traits::Storage;
use crate::{ComponentType, Traits};

/// What is behind a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source<'a> {
    /// A claim of the application's own (`tmpCreate: true`).
    OwnClaim,
    /// A claim of the given name, made if absent.
    SharedClaim,
    ExistingClaim(Cow<'a, str>),
    Empty,
    Config(Cow<'a, str>),
    Secret(Cow<'a, str>),
}

impl<'a> Source<'a> {
    fn of(storage: &'a Storage) -> Option<Self> {
        let named = |name: &'a Option<String>| name.as_deref().filter(|name| !name.is_empty());
        let source = || normalise_reference(named(&storage.source_name).unwrap_or(&storage.name));
        Some(match storage.kind.as_str() {
            "persistent" => match named(&storage.claim_name) {
                Some(claim) => Self::ExistingClaim(normalise_reference(claim)),
                None if storage.tmp_create == Some(true) => Self::OwnClaim,
                None => Self::SharedClaim,
            },
            "ephemeral" => Self::Empty,
            "config" => Self::Config(source()),
            "secret" => Self::Secret(source()),
            _ => return None,
        })
    }

    fn is_claim(&self) -> bool {
        matches!(
            self,
            Self::OwnClaim | Self::SharedClaim | Self::ExistingClaim(_)
        )
    }

    fn describe(&self) -> String {
        match self {
            Self::OwnClaim => "a new claim (tmpCreate: true)".into(),
            Self::SharedClaim => "a claim of that name (tmpCreate: false)".into(),
            Self::ExistingClaim(name) => format!("the existing claim {name}"),
            Self::Empty => "an empty volume".into(),
            Self::Config(name) => format!("the ConfigMap {name}"),
            Self::Secret(name) => format!("the Secret {name}"),
        }
    }
}

/// The first entry of a name.
struct Volume<'a> {
    source: Source<'a>,
    entry: &'a Storage,
    of_main_container: bool,
}

type Volumes<'a> = HashMap<Cow<'a, str>, Volume<'a>>;

pub(super) fn check(traits: &Traits, at: &Place, findings: &mut Findings) {
    let mut volumes = Volumes::new();
    entries(
        &mut volumes,
        &traits.storage,
        true,
        &at.field("storage"),
        findings,
    );
    let init = at.field("init");
    for (index, container) in traits.init.iter().enumerate() {
        if let Some(nested) = &container.traits {
            let place = init.index(index);
            entries(
                &mut volumes,
                &nested.storage,
                false,
                &place.field("traits").field("storage"),
                findings,
            );
        }
    }
    let sidecar = at.field("sidecar");
    for (index, container) in traits.sidecar.iter().enumerate() {
        if let Some(nested) = &container.traits {
            let place = sidecar.index(index);
            entries(
                &mut volumes,
                &nested.storage,
                false,
                &place.field("traits").field("storage"),
                findings,
            );
        }
    }
}

fn entries<'a>(
    volumes: &mut Volumes<'a>,
    storage: &'a [Storage],
    main: bool,
    at: &Place,
    findings: &mut Findings,
) {
    for (index, entry) in storage.iter().enumerate() {
        let name = normalise(&entry.name);
        let Some(source) = Source::of(entry).filter(|_| !name.is_empty()) else {
            continue;
        };
        let place = at.index(index);
        match volumes.get(&name) {
            None => {
                volumes.insert(
                    name,
                    Volume {
                        source,
                        entry,
                        of_main_container: main,
                    },
                );
            }
            // init and sidecar name the main container's claim with type ephemeral
            Some(first)
                if !main
                    && first.of_main_container
                    && first.source.is_claim()
                    && source == Source::Empty => {}
            Some(first) if !main && first.of_main_container && source.is_claim() => {
                let message = format!(
                    "the volume {name} belongs to the main container; {} here would be a second one",
                    source.describe()
                );
                findings
                    .error(&place.field("type"), "nested-claim", message)
                    .hint("share it with type: ephemeral and the same name");
            }
            Some(first) if first.source != source => {
                let message = format!(
                    "the volume {name} has two sources: {} and {}",
                    first.source.describe(),
                    source.describe()
                );
                findings
                    .error(&place, "conflict", message)
                    .hint("give one of them another name");
            }
            Some(first) => same_settings(first.entry, entry, &place, findings),
        }
    }
}

/// A further mount of a claim may leave its settings out, but not change them.
fn same_settings(first: &Storage, entry: &Storage, at: &Place, findings: &mut Findings) {
    let sizes = (
        first.size.as_ref().map(crate::Quantity::amount),
        entry.size.as_ref().map(crate::Quantity::amount),
    );
    let differ = [
        (
            "size",
            matches!(&sizes, (Some(first), Some(second)) if first != second),
        ),
        (
            "storageClass",
            entry.storage_class.is_some() && first.storage_class != entry.storage_class,
        ),
        (
            "accessModes",
            !entry.access_modes.is_empty() && first.access_modes != entry.access_modes,
        ),
    ];
    for (field, _) in differ.into_iter().filter(|(_, differs)| *differs) {
        let message = format!(
            "the volume {} is there already with another {field}",
            entry.name
        );
        findings
            .error(&at.field(field), "conflict", message)
            .hint("state it once");
    }
}

/// A claim that only one node can mount, under pods that may run on several (decision 40).
pub(super) fn shared_by_replicas(
    subject: &Subject,
    traits: &Traits,
    at: &Place,
    findings: &mut Findings,
) {
    let pods = subject.most_pods();
    if pods < 2 {
        return;
    }
    let storage = at.field("storage");
    for (index, entry) in traits.storage.iter().enumerate() {
        let shared = matches!(
            (subject.kind, Source::of(entry)),
            (
                Some(ComponentType::Webservice),
                Some(Source::OwnClaim | Source::SharedClaim)
            ) | (
                Some(ComponentType::Statefulservice),
                Some(Source::SharedClaim)
            )
        );
        let single_node = entry
            .access_modes
            .iter()
            .all(|mode| mode.starts_with("ReadWriteOnce"));
        if shared && single_node {
            let message = format!(
                "{pods} pods share the claim {}, which only pods on one node can mount (ReadWriteOnce)",
                entry.name
            );
            findings.warn(&storage.index(index), "read-write-once", message).hint("use accessModes: [ReadWriteMany], one replica, or type statefulservice with tmpCreate: true");
        }
    }
}
