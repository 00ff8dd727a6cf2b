//! `secret` → Secret (app-plane §1).

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kubemin_objects::Kind;

use super::main_metadata;
use crate::absent::unless_empty;
use crate::context::Owner;
use crate::draft::Draft;

/// The Secret. `data`, not `stringData`: the API server never gives the latter back, so that nothing could be compared.
pub fn build(owner: Owner<'_>) -> Draft {
    let entries = owner
        .component
        .properties
        .iter()
        .flat_map(|properties| &properties.secret);
    let data = entries.map(|(key, value)| (key.clone(), ByteString(value.clone().into_bytes())));
    let resource = Secret {
        metadata: main_metadata(owner),
        type_: Some("Opaque".to_owned()),
        data: unless_empty(data.collect::<BTreeMap<_, _>>()),
        ..Secret::default()
    };
    Draft::typed(owner, Kind::Secret, owner.path("name"), &resource)
}
