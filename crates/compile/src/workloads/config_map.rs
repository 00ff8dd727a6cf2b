//! `config` → ConfigMap (app-plane §1; decision 44).

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use kubemin_model::FieldError;
use kubemin_objects::Kind;

use super::main_metadata;
use crate::absent::unless_empty;
use crate::context::Owner;
use crate::draft::Draft;
use crate::fault::fault;

/// The ConfigMap with its text and binary entries.
pub fn build(owner: Owner<'_>, errors: &mut Vec<FieldError>) -> Draft {
    let properties = owner.component.properties.as_ref();
    let resource = ConfigMap {
        metadata: main_metadata(owner),
        data: properties.and_then(|properties| unless_empty(properties.conf.clone())),
        binary_data: unless_empty(binary(owner, errors)),
        ..ConfigMap::default()
    };
    Draft::typed(owner, Kind::ConfigMap, owner.path("name"), &resource)
}

fn binary(owner: Owner<'_>, errors: &mut Vec<FieldError>) -> BTreeMap<String, ByteString> {
    let mut entries = BTreeMap::new();
    for (key, text) in owner
        .component
        .properties
        .iter()
        .flat_map(|properties| &properties.binary_conf)
    {
        match base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text.trim()) {
            Ok(bytes) => {
                entries.insert(key.clone(), ByteString(bytes));
            }
            Err(error) => errors.push(fault(
                owner.path(&format!("properties.binaryConf.{key}")),
                "invalid-base64",
                format!("not base64: {error}"),
                "",
            )),
        }
    }
    entries
}
