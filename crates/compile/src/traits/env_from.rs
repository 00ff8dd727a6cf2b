//! Trait `envFrom`: whole ConfigMaps and Secrets as variables (seed 000, EnvFrom 环境变量批量导入).

use k8s_openapi::api::core::v1::{ConfigMapEnvSource, EnvFromSource, SecretEnvSource};
use kubemin_model::Traits;

use crate::context::Context;
use crate::contribution::{ConfigUse, Contribution};

/// One source an entry, in the author's order: a later one wins over an earlier one with the same key.
pub fn process(_: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    for entry in &traits.env_from {
        let name = entry.source_name.clone();
        let mut source = EnvFromSource::default();
        if entry.kind == "secret" {
            source.secret_ref = Some(SecretEnvSource {
                name: name.clone(),
                ..SecretEnvSource::default()
            });
            whole.pod.config_uses.push(ConfigUse::Secret(name));
        } else {
            source.config_map_ref = Some(ConfigMapEnvSource {
                name: name.clone(),
                ..ConfigMapEnvSource::default()
            });
            whole.pod.config_uses.push(ConfigUse::Config(name));
        }
        whole.container.env_from.push(source);
    }
    whole
}
