//! `expose` as HTTPRoute of the Gateway API (<https://gateway-api.sigs.k8s.io/api-types/httproute/>; decision 45).

use kubemin_model::FieldError;
use kubemin_model::traits::added::{Expose, ExposeRoute};
use kubemin_model::traits::ingress::{Backend, Rewrite};
use kubemin_objects::Kind;
use serde_json::{Value, json};

use crate::context::Context;
use crate::contribution::Contribution;
use crate::draft::{self, Draft};
use crate::fault::fault;
use crate::metadata;

/// Hosts, rules, and backends of a rule that an HTTPRoute can have.
const MOST: usize = 16;
/// Largest weight of a backend.
const HEAVIEST: i32 = 1_000_000;

/// Adds the route. Certificates belong to the gateway's listener, so that those of the document are only warned of.
pub fn add(ctx: &Context<'_>, expose: &Expose, backends: &[Backend], whole: &mut Contribution) {
    let gateway = expose
        .gateway
        .as_deref()
        .or(ctx.owner.app.facts.gateway.as_deref());
    if gateway.is_none() {
        whole.errors.push(fault(
            ctx.at("expose.gateway"),
            "missing-gateway",
            "no gateway is named, and the platform has none",
            "name it as `name` or `namespace/name`",
        ));
    }
    if !expose.tls.is_empty() {
        whole.warnings.push(fault(
            ctx.at("expose.tls"),
            "tls-at-gateway",
            "an HTTPRoute holds no certificate; the listener of the gateway does",
            "put the certificate into the gateway's listener",
        ));
    }
    check_limits(ctx, expose, &mut whole.errors);
    let metadata = metadata::bare(ctx.owner, ctx.component_name());
    let mut spec = json!({
        "parentRefs": gateway.into_iter().map(parent).collect::<Vec<_>>(),
        "rules": rules(ctx, expose, backends, &mut whole.errors),
    });
    if !expose.hosts.is_empty() {
        spec["hostnames"] = json!(expose.hosts);
    }
    let body = json!({
        "apiVersion": Kind::HTTPRoute.api_version(),
        "kind": Kind::HTTPRoute.name(),
        "metadata": draft::json(&metadata),
        "spec": spec,
    });
    whole.objects.push(Draft::plain(
        ctx.owner,
        Kind::HTTPRoute,
        ctx.at("expose"),
        &metadata,
        body,
    ));
}

/// What the API server would refuse by the route's schema (decision 19).
fn check_limits(ctx: &Context<'_>, expose: &Expose, errors: &mut Vec<FieldError>) {
    let mut limit = |path: &str, found: usize, what: &str| {
        if found > MOST {
            errors.push(fault(
                ctx.at(path),
                "too-many",
                format!("an HTTPRoute takes {MOST} {what} at the most, not {found}"),
                "divide them among several components",
            ));
        }
    };
    limit("expose.hosts", expose.hosts.len(), "hosts");
    let mut paths: Vec<(Value, &Option<Rewrite>, usize)> = Vec::new();
    for route in &expose.routes {
        let matched = path_match(route);
        let same = |rule: &&mut (Value, &Option<Rewrite>, usize)| {
            rule.0 == matched && *rule.1 == route.rewrite
        };
        match paths.iter_mut().find(same) {
            Some(rule) => rule.2 += 1,
            None => paths.push((matched, &route.rewrite, 1)),
        }
    }
    limit("expose.routes", paths.len(), "different paths");
    let backends = paths.iter().map(|rule| rule.2).max().unwrap_or(0);
    limit("expose.routes", backends, "routes of one path");
    for (index, route) in expose.routes.iter().enumerate() {
        if route.weight.is_some_and(|weight| weight > HEAVIEST) {
            errors.push(fault(
                ctx.at(&format!("expose.routes[{index}].weight")),
                "out-of-range",
                format!("a weight is {HEAVIEST} at the most"),
                "use smaller numbers of the same proportion",
            ));
        }
    }
}

fn parent(gateway: &str) -> Value {
    match gateway.split_once('/') {
        Some((namespace, name)) => json!({"namespace": namespace, "name": name}),
        None => json!({"name": gateway}),
    }
}

/// Routes with one path and rewrite share their traffic by weight.
fn rules(
    ctx: &Context<'_>,
    expose: &Expose,
    backends: &[Backend],
    errors: &mut Vec<FieldError>,
) -> Vec<Value> {
    let mut rules: Vec<(Value, Vec<Value>, Vec<Value>)> = Vec::new();
    for (index, (route, backend)) in expose.routes.iter().zip(backends).enumerate() {
        let matched = path_match(route);
        let filters = match route.rewrite.as_ref().map(filter).transpose() {
            Ok(filter) => filter.into_iter().collect(),
            Err(why) => {
                let path = ctx.at(&format!("expose.routes[{index}].rewrite"));
                errors.push(fault(
                    path,
                    "rewrite-not-possible",
                    why,
                    "use prefix or replace",
                ));
                Vec::new()
            }
        };
        let backend = reference(route, backend);
        match rules
            .iter_mut()
            .find(|rule| rule.0 == matched && rule.1 == filters)
        {
            Some(rule) => rule.2.push(backend),
            None => rules.push((matched, filters, vec![backend])),
        }
    }
    rules
        .into_iter()
        .map(|(matched, filters, backends)| rule(&matched, &filters, &backends))
        .collect()
}

fn rule(matched: &Value, filters: &[Value], backends: &[Value]) -> Value {
    let mut rule = json!({"matches": [{"path": matched}], "backendRefs": backends});
    if !filters.is_empty() {
        rule["filters"] = json!(filters);
    }
    rule
}

fn path_match(route: &ExposeRoute) -> Value {
    let kind = if route.path_type.as_deref() == Some("Exact") {
        "Exact"
    } else {
        "PathPrefix"
    };
    json!({"type": kind, "value": route.path.as_deref().unwrap_or("/")})
}

fn reference(route: &ExposeRoute, backend: &Backend) -> Value {
    let mut reference = json!({"name": backend.service_name, "port": backend.service_port});
    if let Some(weight) = route.weight {
        reference["weight"] = json!(weight);
    }
    reference
}

fn filter(rewrite: &Rewrite) -> Result<Value, String> {
    let replacement = rewrite.replacement.as_deref().unwrap_or("/");
    let path = match rewrite.kind.as_str() {
        "prefix" => json!({"type": "ReplacePrefixMatch", "replacePrefixMatch": replacement}),
        "replace" => json!({"type": "ReplaceFullPath", "replaceFullPath": replacement}),
        kind => {
            return Err(format!(
                "a rewrite of type {kind} cannot be said in an HTTPRoute"
            ));
        }
    };
    Ok(json!({"type": "URLRewrite", "urlRewrite": {"path": path}}))
}
