//! Applications and objects for tests of plans.

use kubemin_model::{Format, ValidApplication, load};
use kubemin_objects::{Compiled, Kind, Object, ObjectKey, ObjectRole};
use serde_json::{Value, json};

/// A checked application.
pub fn application(document: Value) -> ValidApplication {
    let loaded = load(&document.to_string(), Format::Json);
    assert!(
        loaded.report.errors.is_empty(),
        "{:?}",
        loaded.report.errors
    );
    loaded
        .application()
        .cloned()
        .expect("a document without errors is an application")
}

/// An object of a component with an empty body.
pub fn object(kind: Kind, component: &str) -> Object {
    Object {
        key: ObjectKey {
            kind,
            namespace: Some("default".into()),
            name: component.into(),
        },
        component: component.into(),
        role: ObjectRole::Owned,
        body: json!({}),
    }
}

/// What `compile` would give for these objects.
pub fn compiled(app: &ValidApplication, objects: Vec<Object>) -> Compiled {
    Compiled {
        app_id: app.id().to_owned(),
        name: app.name().to_owned(),
        namespace: app.namespace().to_owned(),
        objects,
    }
}
