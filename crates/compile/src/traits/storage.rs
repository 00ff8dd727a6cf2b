//! Trait `storage`: volumes and mounts (seed 000, Storage).

use k8s_openapi::api::core::v1::VolumeMount;
use kubemin_model::traits::Storage;
use kubemin_model::{ComponentType, Traits};

use crate::claims::Claim;
use crate::context::Context;
use crate::contribution::{ConfigUse, Contribution, Source, VolumePart};

/// One volume and one mount an entry; entries of one name become one volume later.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    for (index, storage) in traits.storage.iter().enumerate() {
        let source = source(ctx, storage);
        whole.pod.config_uses.extend(frozen(storage, &source));
        whole.pod.volumes.push(VolumePart {
            name: storage.name.clone(),
            source,
            path: ctx.at(&format!("storage[{index}]")),
        });
        whole.container.mounts.push(mount(storage));
    }
    whole
}

fn source(ctx: &Context<'_>, storage: &Storage) -> Source {
    let behind = || {
        storage
            .source_name
            .clone()
            .unwrap_or_else(|| storage.name.clone())
    };
    match storage.kind.as_str() {
        "persistent" => {
            let per_replica = ctx.owner.component.kind == ComponentType::Statefulservice;
            Source::Claim(Claim::of(storage, ctx.owner.app.id, per_replica))
        }
        "config" => Source::Config(behind()),
        "secret" => Source::Secret(behind()),
        _ => Source::Ephemeral,
    }
}

fn mount(storage: &Storage) -> VolumeMount {
    VolumeMount {
        name: storage.name.clone(),
        mount_path: storage
            .mount_path
            .clone()
            .unwrap_or_else(|| format!("/mnt/{}", storage.name)),
        sub_path: storage.sub_path.clone().filter(|path| !path.is_empty()),
        read_only: storage.read_only.filter(|read_only| *read_only),
        ..VolumeMount::default()
    }
}

/// A file mounted by `subPath` never sees a change; a whole volume does by itself (decision 36).
fn frozen(storage: &Storage, source: &Source) -> Option<ConfigUse> {
    storage.sub_path.as_ref().filter(|path| !path.is_empty())?;
    match source {
        Source::Config(name) => Some(ConfigUse::Config(name.clone())),
        Source::Secret(name) => Some(ConfigUse::Secret(name.clone())),
        _ => None,
    }
}
