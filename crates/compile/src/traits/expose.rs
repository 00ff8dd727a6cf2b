//! Trait `expose`: routes from outside without naming a controller; an HTTPRoute or an Ingress, as the platform says
//! (seed 000, Ingress 说明; decisions 25, 45).

use kubemin_model::traits::added::{Expose, ExposeRoute};
use kubemin_model::traits::ingress::{Backend, Ingress, Route};
use kubemin_model::{FieldError, Traits};

use super::{http_route, ingress};
use crate::context::Context;
use crate::contribution::Contribution;
use crate::fault::fault;
use crate::numbering;
use crate::ports;

/// One object, named like its component; as Ingress several when rewrites differ.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let Some(expose) = &traits.expose else {
        return whole;
    };
    let backends = backends(ctx, expose, &mut whole.errors);
    if ctx.owner.app.facts.gateway_api {
        http_route::add(ctx, expose, &backends, &mut whole);
    } else {
        add_ingress(ctx, expose, &backends, &mut whole);
    }
    whole
}

/// The Service and port behind each route.
fn backends(ctx: &Context<'_>, expose: &Expose, errors: &mut Vec<FieldError>) -> Vec<Backend> {
    let of_route = |(index, route): (usize, &ExposeRoute)| {
        let name = route.component.as_deref().unwrap_or(ctx.component_name());
        let port = route.port.or_else(|| first_port(ctx, name));
        if port.is_none() {
            errors.push(fault(
                ctx.at(&format!("expose.routes[{index}].port")),
                "missing-port",
                format!("component {name} has no port to lead to"),
                "give the port, or the component properties.ports",
            ));
        }
        Backend {
            service_name: name.to_owned(),
            service_port: port,
        }
    };
    expose.routes.iter().enumerate().map(of_route).collect()
}

fn first_port(ctx: &Context<'_>, component: &str) -> Option<i32> {
    let component = ctx.owner.app.component(component)?;
    let listed = component
        .traits
        .as_ref()
        .and_then(|traits| traits.service.as_ref()?.ports.first());
    listed
        .map(|port| port.port)
        .or_else(|| ports::exposed(component).first().map(|port| port.port))
}

fn add_ingress(ctx: &Context<'_>, expose: &Expose, backends: &[Backend], whole: &mut Contribution) {
    for (index, route) in expose.routes.iter().enumerate() {
        if route.weight.is_some_and(|weight| weight != 1) {
            whole.errors.push(fault(
                ctx.at(&format!("expose.routes[{index}].weight")),
                "weight-not-possible",
                "an Ingress cannot share the traffic of a path",
                "use a platform with Gateway API, or leave weight out",
            ));
        }
    }
    let wanted = Ingress {
        hosts: expose.hosts.clone(),
        ingress_class_name: ctx.owner.app.facts.ingress_class.clone(),
        tls: expose.tls.clone(),
        routes: expose
            .routes
            .iter()
            .zip(backends)
            .map(|(route, backend)| as_route(route, backend))
            .collect(),
        ..Ingress::default()
    };
    let names = (1..).map(|number| {
        let suffix = numbering::suffix(number);
        kubemin_model::names::derived_name(
            ctx.component_name(),
            &suffix,
            kubemin_model::names::LABEL_LIMIT,
        )
    });
    let drafts = ingress::objects(ctx, &wanted, &ctx.at("expose"), names, &mut whole.errors);
    whole.objects.extend(drafts);
}

fn as_route(route: &ExposeRoute, backend: &Backend) -> Route {
    Route {
        path: route.path.clone(),
        path_type: route.path_type.clone(),
        host: None,
        backend: backend.clone(),
        rewrite: route.rewrite.clone(),
    }
}
