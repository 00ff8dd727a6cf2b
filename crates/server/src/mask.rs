//! Secret values never leave the server (decision 7): a mask stands in their place, and a document that holds the mask
//! is refused, because nobody would know which value it means.

use kubemin_api_types::MASK;
use kubemin_model::{Application, FieldError};

/// What stands for a secret value that differs.
const CHANGED: &str = "(changed)";

/// The document with every secret value masked.
pub(crate) fn masked(document: &Application) -> Application {
    with_secrets(document, |_, _, _| MASK)
}

/// Two documents to compare: equal secret values look equal, different ones different, and none is shown.
pub(crate) fn masked_pair(old: &Application, new: &Application) -> (Application, Application) {
    let before = |component: &str, key: &str| {
        let component = old
            .components
            .iter()
            .find(|other| other.name == component)?;
        component.properties.as_ref()?.secret.get(key)
    };
    let new = with_secrets(new, |component, key, value| match before(component, key) {
        Some(other) if other != value => CHANGED,
        _ => MASK,
    });
    (masked(old), new)
}

fn with_secrets(
    document: &Application,
    shown: impl Fn(&str, &str, &str) -> &'static str,
) -> Application {
    let mut document = document.clone();
    for component in &mut document.components {
        let name = component.name.clone();
        for (key, value) in component
            .properties
            .iter_mut()
            .flat_map(|properties| &mut properties.secret)
        {
            *value = shown(&name, key, value).to_owned();
        }
    }
    document
}

/// Paths of the secret values of a document.
pub(crate) fn secret_paths(document: &Application) -> Vec<String> {
    secrets(document).map(|(path, _)| path).collect()
}

/// An error for each secret value that is a mask.
pub(crate) fn masked_values(document: &Application) -> Vec<FieldError> {
    let masks = secrets(document).filter(|(_, value)| *value == MASK || *value == CHANGED);
    masks
        .map(|(path, _)| FieldError {
            path,
            code: "masked-value".to_owned(),
            message: "the value is the mask of an export, not a secret".to_owned(),
            hint: Some("write the value itself; the server never shows what is stored".to_owned()),
            ..FieldError::default()
        })
        .collect()
}

fn secrets(document: &Application) -> impl Iterator<Item = (String, &String)> {
    document
        .components
        .iter()
        .enumerate()
        .flat_map(|(index, component)| {
            let entries = component
                .properties
                .iter()
                .flat_map(|properties| &properties.secret);
            entries.map(move |(key, value)| {
                (
                    format!("components[{index}].properties.secret.{key}"),
                    value,
                )
            })
        })
}
