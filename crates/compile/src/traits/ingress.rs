//! Trait `ingress`: routes from outside (seed 000, Ingress; decisions 12, 22, 45).

use std::collections::BTreeMap;

use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule,
    IngressServiceBackend, IngressSpec, IngressTLS, ServiceBackendPort,
};
use kubemin_model::names::{LABEL_LIMIT, derived_name};
use kubemin_model::traits::Ingress as Wanted;
use kubemin_model::traits::ingress::Route;
use kubemin_model::{FieldError, Traits};
use kubemin_objects::Kind;

use super::rewrite::{self, Words};
use crate::absent::unless_empty;
use crate::context::Context;
use crate::contribution::Contribution;
use crate::draft::Draft;
use crate::fault::fault;
use crate::metadata;
use crate::numbering;

/// One Ingress an entry and distinct rewrite, because a rewrite holds for a whole object.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let mut unnamed = ctx.unnamed_before.ingress;
    for (index, wanted) in traits.ingress.iter().enumerate() {
        let place = ctx.at(&format!("ingress[{index}]"));
        let first = if wanted.name.is_some() {
            1
        } else {
            unnamed + 1
        };
        let names = (first..).map(|number| match &wanted.name {
            Some(name) => derived_name(name, &numbering::suffix(number), LABEL_LIMIT),
            None => derived_name(
                ctx.component_name(),
                &format!("-ingress{}", numbering::suffix(number)),
                LABEL_LIMIT,
            ),
        });
        let drafts = objects(ctx, wanted, &place, names, &mut whole.errors);
        if wanted.name.is_none() {
            unnamed += drafts.len();
        }
        whole.objects.extend(drafts);
    }
    whole
}

/// How many objects an entry becomes.
pub fn objects_of(wanted: &Wanted) -> usize {
    groups(wanted, "", &mut Vec::new()).len()
}

/// The objects of an entry, named by `names` in turn.
pub fn objects(
    ctx: &Context<'_>,
    wanted: &Wanted,
    place: &str,
    names: impl Iterator<Item = String>,
    errors: &mut Vec<FieldError>,
) -> Vec<Draft> {
    let path = if wanted.name.is_some() {
        format!("{place}.name")
    } else {
        place.to_owned()
    };
    groups(wanted, place, errors)
        .into_iter()
        .zip(names)
        .map(|(group, name)| {
            let mut annotations = wanted.annotations.clone();
            annotations.extend(group.annotations());
            let resource = Ingress {
                metadata: metadata::object(ctx.owner, &name, &wanted.label, &annotations),
                spec: Some(IngressSpec {
                    ingress_class_name: wanted.ingress_class_name.clone(),
                    tls: unless_empty(wanted.tls.iter().map(tls).collect::<Vec<_>>()),
                    rules: Some(group.rules),
                    ..IngressSpec::default()
                }),
                ..Ingress::default()
            };
            Draft::typed(ctx.owner, Kind::Ingress, path.clone(), &resource)
        })
        .collect()
}

/// Routes that are rewritten by the same words.
struct Group {
    words: Option<Words>,
    rules: Vec<IngressRule>,
}

impl Group {
    fn annotations(&self) -> BTreeMap<String, String> {
        let mut annotations = BTreeMap::new();
        if let Some(words) = &self.words {
            annotations.insert(rewrite::TARGET.to_owned(), words.target.clone());
            if words.use_regex {
                annotations.insert(rewrite::USE_REGEX.to_owned(), "true".to_owned());
            }
        }
        annotations
    }

    /// One rule a host (seed 000, 多主机多路由).
    fn add(&mut self, host: Option<&str>, path: HTTPIngressPath) {
        let rule = match self
            .rules
            .iter_mut()
            .position(|rule| rule.host.as_deref() == host)
        {
            Some(index) => &mut self.rules[index],
            None => {
                self.rules.push(IngressRule {
                    host: host.map(str::to_owned),
                    http: None,
                });
                let last = self.rules.len() - 1;
                &mut self.rules[last]
            }
        };
        rule.http
            .get_or_insert_with(HTTPIngressRuleValue::default)
            .paths
            .push(path);
    }
}

fn groups(wanted: &Wanted, place: &str, errors: &mut Vec<FieldError>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, route) in wanted.routes.iter().enumerate() {
        let (words, path) = match worked_in(wanted, route) {
            Ok(done) => done,
            Err(why) => {
                let path = format!("{place}.routes[{index}].rewrite");
                errors.push(fault(path, "rewrite-not-possible", why, ""));
                (
                    None,
                    backend_path(wanted, route, plain_path(route).to_owned(), None),
                )
            }
        };
        let group = match groups.iter().position(|group| group.words == words) {
            Some(index) => &mut groups[index],
            None => {
                groups.push(Group {
                    words,
                    rules: Vec::new(),
                });
                let last = groups.len() - 1;
                &mut groups[last]
            }
        };
        match (&route.host, wanted.hosts.as_slice()) {
            (Some(host), _) => group.add(Some(host), path),
            (None, []) => group.add(None, path),
            (None, hosts) => hosts
                .iter()
                .for_each(|host| group.add(Some(host), path.clone())),
        }
    }
    groups
}

fn worked_in(wanted: &Wanted, route: &Route) -> Result<(Option<Words>, HTTPIngressPath), String> {
    let Some(wish) = &route.rewrite else {
        return Ok((
            None,
            backend_path(wanted, route, plain_path(route).to_owned(), None),
        ));
    };
    if let Some(class) = wanted
        .ingress_class_name
        .as_deref()
        .filter(|class| rewrite::is_foreign(class))
    {
        return Err(format!(
            "the controller of class {class} cannot be told to rewrite paths by an Ingress"
        ));
    }
    let done = rewrite::nginx(plain_path(route), wish)?;
    let path = backend_path(wanted, route, done.path, done.path_type);
    Ok((Some(done.words), path))
}

fn plain_path(route: &Route) -> &str {
    route
        .path
        .as_deref()
        .filter(|path| !path.is_empty())
        .unwrap_or("/")
}

fn backend_path(
    wanted: &Wanted,
    route: &Route,
    path: String,
    needed: Option<&str>,
) -> HTTPIngressPath {
    let path_type = needed
        .or(route.path_type.as_deref())
        .or(wanted.default_path_type.as_deref());
    HTTPIngressPath {
        path: Some(path),
        path_type: path_type.unwrap_or("Prefix").to_owned(),
        backend: IngressBackend {
            service: Some(IngressServiceBackend {
                name: route.backend.service_name.clone(),
                port: Some(ServiceBackendPort {
                    number: Some(route.backend.service_port.unwrap_or(80)),
                    ..ServiceBackendPort::default()
                }),
            }),
            ..IngressBackend::default()
        },
    }
}

fn tls(tls: &kubemin_model::traits::ingress::Tls) -> IngressTLS {
    IngressTLS {
        hosts: unless_empty(tls.hosts.clone()),
        secret_name: tls.secret_name.clone(),
    }
}
