//! Whole documents: what loads, what is refused, and where the faults are.

use kubemin_model::{Format, load};

#[test]
fn a_small_json_application_loads() {
    let loaded = load(
        r#"{"name": "Shop", "component": [{"name": "Web_Front", "componentType": "webservice", "image": "web:1", "replicas": 2,},]} // end"#,
        Format::Json,
    );
    let application = loaded.application().expect("valid");
    assert_eq!(application.name(), "shop");
    assert_eq!(application.namespace(), "default");
    assert_eq!(application.document().components[0].name, "web-front");
    assert_eq!(application.id().len(), 24);
}
