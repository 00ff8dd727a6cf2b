//! The API's description, OpenAPI 3.1, made from the route table.

use kubemin_model::json_schema;
use serde_json::{Value, json};
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, License, OpenApiBuilder, Paths};

use crate::operation::{BEARER, DOCUMENT};
use crate::problem;
use crate::route::Policy;
use crate::routes::routes;

/// The description as JSON.
pub fn openapi() -> Value {
    let mut paths = Paths::new();
    let mut components = ComponentsBuilder::new();
    for route in routes() {
        let (operation, schemas) =
            (route.operation)().written(route.path, route.policy == Policy::Open);
        paths = paths_with(paths, route.path, PathItem::new(route.verb, operation));
        components = components.schemas_from_iter(schemas);
    }
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "Needed on every address but loopback. The server makes the token on its first start.",
        ));
    let components = components
        .security_scheme(BEARER, SecurityScheme::Http(bearer.build()))
        .build();
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    let info = InfoBuilder::new()
        .title("KubeMin")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(description()))
        .license(Some(license))
        .build();
    let api = OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components))
        .build();
    let mut api = serde_json::to_value(api).unwrap_or(Value::Null);
    add_document(&mut api);
    api
}

fn paths_with(mut paths: Paths, path: &str, item: PathItem) -> Paths {
    match paths.paths.get_mut(path) {
        Some(existing) => existing.merge_operations(item),
        None => {
            paths.paths.insert(path.to_owned(), item);
        }
    }
    paths
}

fn description() -> String {
    let mut text =
        "Deploys applications to Kubernetes. Errors are problem+json; `code` is one of:\n\n"
            .to_owned();
    for kind in problem::ALL {
        text.push_str(&format!(
            "- `{}` ({}): {}\n",
            kind.code,
            kind.status.as_u16(),
            kind.title
        ));
    }
    text
}

/// The model's own schema of the document, its definitions beside the other schemas.
fn add_document(api: &mut Value) {
    let mut document = json_schema();
    let definitions = document.as_object_mut().and_then(|schema| {
        schema.remove("$schema");
        schema.remove("$defs")
    });
    let Some(schemas) = api
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    if let Some(Value::Object(definitions)) = definitions {
        for (name, mut schema) in definitions {
            point_at_schemas(&mut schema);
            schemas.insert(format!("Document{name}"), schema);
        }
    }
    point_at_schemas(&mut document);
    schemas.insert(DOCUMENT.to_owned(), document);
}

fn point_at_schemas(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let target = map
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| target.strip_prefix("#/$defs/"));
            if let Some(name) = target {
                let target = format!("#/components/schemas/Document{name}");
                map.insert("$ref".to_owned(), json!(target));
            }
            map.values_mut().for_each(point_at_schemas);
        }
        Value::Array(items) => items.iter_mut().for_each(point_at_schemas),
        _ => {}
    }
}
