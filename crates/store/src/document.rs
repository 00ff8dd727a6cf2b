//! Documents at rest: canonical JSON in which every value of `properties.secret` is sealed.

use kubemin_model::Application;
use kubemin_ports::StoreError;

use crate::error::corrupt;
use crate::seal::Keys;

/// Keyed digest of the clear canonical text; two documents are the same when their digests are.
pub fn digest(keys: &Keys, document: &Application) -> Result<String, StoreError> {
    let clear = serde_json::to_vec(document).map_err(|error| corrupt("document", error))?;
    Ok(keys.now().current.digest("document", &clear))
}

/// The text to store.
pub fn seal(keys: &Keys, app_id: &str, document: &Application) -> Result<String, StoreError> {
    let sealed = if has_secrets(document) {
        let mut sealed = document.clone();
        let keys = keys.now();
        each_secret(app_id, &mut sealed, |place, value| {
            keys.current.seal(place, value)
        })?;
        serde_json::to_string(&sealed)
    } else {
        serde_json::to_string(document)
    };
    sealed.map_err(|error| corrupt("document", error))
}

/// The clear document of a stored text.
pub fn open(keys: &Keys, app_id: &str, text: &str) -> Result<Application, StoreError> {
    // The parser's message could repeat a part of the document; its place is enough.
    let mut document: Application = serde_json::from_str(text).map_err(|error| {
        let at = format!("line {} column {}", error.line(), error.column());
        corrupt(&format!("document of {app_id}"), at)
    })?;
    if has_secrets(&document) {
        // Asked for only now, after the row was read: a rotation shows its key before its rows.
        let keys = keys.now();
        each_secret(app_id, &mut document, |place, value| {
            keys.open(place, value)
        })?;
    }
    Ok(document)
}

fn has_secrets(document: &Application) -> bool {
    document
        .components
        .iter()
        .filter_map(|component| component.properties.as_ref())
        .any(|properties| !properties.secret.is_empty())
}

fn each_secret(
    app_id: &str,
    document: &mut Application,
    change: impl Fn(&str, &str) -> Result<String, StoreError>,
) -> Result<(), StoreError> {
    for component in &mut document.components {
        let Some(properties) = &mut component.properties else {
            continue;
        };
        for (key, value) in &mut properties.secret {
            // A sealed value moved to another application, component or key does not open.
            let place = format!("secret {app_id}/{}/{key}", component.name);
            *value = change(&place, value)?;
        }
    }
    Ok(())
}
