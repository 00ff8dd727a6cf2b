//! Trait `envs`: single variables from four kinds of source (seed 000, Envs 简化环境变量).

use k8s_openapi::api::core::v1::{
    ConfigMapKeySelector, EnvVar, EnvVarSource, ObjectFieldSelector, SecretKeySelector,
};
use kubemin_model::Traits;
use kubemin_model::traits::Env;

use crate::context::Context;
use crate::contribution::{ConfigUse, Contribution};

/// One variable an entry.
pub fn process(_: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    for env in &traits.envs {
        whole.pod.config_uses.extend(usage(env));
        whole.container.env.push(EnvVar {
            name: env.name.clone(),
            value: env.value_from.fixed.clone(),
            value_from: source(env),
        });
    }
    whole
}

fn source(env: &Env) -> Option<EnvVarSource> {
    let from = &env.value_from;
    let source = EnvVarSource {
        secret_key_ref: from.secret.as_ref().map(|reference| SecretKeySelector {
            name: reference.name.clone(),
            key: reference.key.clone(),
            optional: None,
        }),
        config_map_key_ref: from.config.as_ref().map(|reference| ConfigMapKeySelector {
            name: reference.name.clone(),
            key: reference.key.clone(),
            optional: None,
        }),
        // the manual's result shows the version
        field_ref: from.field.as_ref().map(|field| ObjectFieldSelector {
            api_version: Some("v1".to_owned()),
            field_path: field.clone(),
        }),
        ..EnvVarSource::default()
    };
    (source != EnvVarSource::default()).then_some(source)
}

fn usage(env: &Env) -> Option<ConfigUse> {
    let from = &env.value_from;
    let config = from
        .config
        .as_ref()
        .map(|reference| ConfigUse::Config(reference.name.clone()));
    config.or_else(|| {
        from.secret
            .as_ref()
            .map(|reference| ConfigUse::Secret(reference.name.clone()))
    })
}
