//! Traits: names, references and quantities.

use super::{DataComponents, name, reference};
use crate::names;
use crate::traits::added::{Expose, Network};
use crate::traits::rbac::Rule;
use crate::traits::{Env, EnvFrom, Ingress, Init, Rbac, Sidecar, Storage};
use crate::{Quantity, Traits};

pub(super) fn normalise(traits: &mut Traits, data: &DataComponents) {
    traits
        .storage
        .iter_mut()
        .for_each(|entry| storage(entry, data));
    traits
        .env_from
        .iter_mut()
        .for_each(|source| env_from(source, data));
    traits
        .envs
        .iter_mut()
        .for_each(|variable| env(variable, data));
    if let Some(resources) = &mut traits.resources {
        for amount in [
            &mut resources.cpu,
            &mut resources.memory,
            &mut resources.gpu,
        ]
        .into_iter()
        .flatten()
        {
            quantity(amount);
        }
    }
    traits.rbac.iter_mut().for_each(rbac);
    traits
        .init
        .iter_mut()
        .for_each(|container| init(container, data));
    traits
        .sidecar
        .iter_mut()
        .for_each(|container| sidecar(container, data));
    traits.ingress.iter_mut().for_each(ingress);
    if let Some(network) = &mut traits.network {
        peers(network);
    }
    if let Some(own) = &mut traits.expose {
        expose(own);
    }
}

fn storage(storage: &mut Storage, data: &DataComponents) {
    filled(&mut storage.source_name);
    filled(&mut storage.claim_name);
    if matches!(storage.kind.as_str(), "config" | "secret") {
        source(storage, data);
    }
    name(&mut storage.name);
    storage.claim_name.iter_mut().for_each(reference);
    filled(&mut storage.mount_path);
    filled(&mut storage.sub_path);
    filled(&mut storage.storage_class);
    if let Some(size) = &mut storage.size {
        // a bare number means Gi (app-plane §1)
        if size.is_bare_number() {
            size.0.push_str("Gi");
        }
        quantity(size);
    }
}

/// A volume is a label, what it mounts may be a subdomain: `kube-root-ca.crt` stays the source when it was only the name.
fn source(storage: &mut Storage, data: &DataComponents) {
    let mut source = storage
        .source_name
        .take()
        .unwrap_or_else(|| storage.name.clone());
    data.reference(&mut source);
    if source != names::normalise(&storage.name) {
        storage.source_name = Some(source);
    }
}

fn env_from(source: &mut EnvFrom, data: &DataComponents) {
    if source.kind == "config" {
        source.kind = "configMap".into();
    }
    data.reference(&mut source.source_name);
}

fn env(env: &mut Env, data: &DataComponents) {
    for source in [&mut env.value_from.secret, &mut env.value_from.config]
        .into_iter()
        .flatten()
    {
        data.reference(&mut source.name);
    }
}

fn rbac(rbac: &mut Rbac) {
    filled(&mut rbac.service_account);
    filled(&mut rbac.role_name);
    filled(&mut rbac.binding_name);
    rbac.service_account.iter_mut().for_each(reference);
    for text in [&mut rbac.role_name, &mut rbac.binding_name]
        .into_iter()
        .flatten()
    {
        // roles may be called system:aggregate-to-view
        if !text.split(':').all(names::is_subdomain) {
            name(text);
        }
    }
    rbac.namespace.iter_mut().for_each(name);
    rbac.rules.iter_mut().for_each(rule);
}

fn rule(rule: &mut Rule) {
    // decision 23
    if rule.api_groups.is_empty() && rule.non_resource_urls.is_empty() {
        rule.api_groups.push(String::new());
    }
}

fn init(init: &mut Init, data: &DataComponents) {
    filled(&mut init.name);
    init.name.iter_mut().for_each(name);
    if let Some(image) = init.image.take() {
        init.properties
            .get_or_insert_default()
            .image
            .get_or_insert(image);
    }
    if let Some(traits) = &mut init.traits {
        normalise(traits, data);
    }
}

fn sidecar(sidecar: &mut Sidecar, data: &DataComponents) {
    filled(&mut sidecar.name);
    sidecar.name.iter_mut().for_each(name);
    if let Some(traits) = &mut sidecar.traits {
        normalise(traits, data);
    }
}

fn ingress(ingress: &mut Ingress) {
    filled(&mut ingress.name);
    ingress.name.iter_mut().for_each(reference);
    // it is the component's, the checks have seen to that
    ingress.namespace = None;
    filled(&mut ingress.ingress_class_name);
    for certificate in &mut ingress.tls {
        certificate.secret_name.iter_mut().for_each(reference);
    }
    for route in &mut ingress.routes {
        name(&mut route.backend.service_name);
        filled(&mut route.host);
        filled(&mut route.path);
    }
}

fn peers(network: &mut Network) {
    for peer in [&mut network.from, &mut network.to]
        .into_iter()
        .flatten()
        .flatten()
    {
        peer.component.iter_mut().for_each(name);
        peer.namespace.iter_mut().for_each(name);
    }
}

fn expose(expose: &mut Expose) {
    for certificate in &mut expose.tls {
        certificate.secret_name.iter_mut().for_each(reference);
    }
    for route in &mut expose.routes {
        route.component.iter_mut().for_each(name);
        filled(&mut route.path);
    }
}

/// `500K` → `500k` (decision 44); everything else stays as written (decision 24).
fn quantity(quantity: &mut Quantity) {
    if quantity.0.ends_with('K') {
        quantity.0.pop();
        quantity.0.push('k');
    }
}

/// An empty text counts as absent.
fn filled(text: &mut Option<String>) {
    if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
        *text = None;
    }
}
