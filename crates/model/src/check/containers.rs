//! Traits `init` and `sidecar`: the containers themselves (seed 000, Init, Sidecar).

use std::borrow::Cow;
use std::collections::HashMap;

use super::traits::{Role, nested};
use super::{Findings, MISSING, Place, Subject, component, environment, naming, ports};
use crate::names::normalise;
use crate::traits::{Init, Sidecar};
use crate::{Properties, Traits};

pub(super) fn inits(subject: &Subject, inits: &[Init], at: &Place, findings: &mut Findings) {
    for (index, init) in inits.iter().enumerate() {
        let place = at.index(index);
        optional_name(init.name.as_deref(), &place, findings);
        let properties = place.field("properties");
        let inner = init
            .properties
            .as_ref()
            .and_then(|properties| properties.image.as_deref());
        match (init.image.as_deref(), inner) {
            (None, None) => {
                findings.error(
                    &properties.field("image"),
                    MISSING,
                    "an init container needs properties.image",
                );
            }
            (Some(outer), Some(inner)) if outer != inner => {
                let message = format!("image is {outer:?} and properties.image is {inner:?}");
                findings
                    .error(&properties.field("image"), "conflict", message)
                    .hint("keep one of them");
            }
            (_, Some(image)) => component::image_name(image, &properties.field("image"), findings),
            (Some(image), None) => component::image_name(image, &place.field("image"), findings),
        }
        if let Some(own) = &init.properties {
            environment::fixed(&own.env, &properties.field("env"), findings);
            unused(own, &properties, findings);
        }
        if let Some(own) = &init.traits {
            let env = init.properties.as_ref().map(|properties| &properties.env);
            nested(
                subject,
                own,
                env,
                Role::Init,
                &place.field("traits"),
                findings,
            );
        }
    }
}

/// Properties that only a component has.
fn unused(properties: &Properties, at: &Place, findings: &mut Findings) {
    let fields = [
        ("ports", !properties.ports.is_empty()),
        ("conf", !properties.conf.is_empty()),
        ("binaryConf", !properties.binary_conf.is_empty()),
        ("secret", !properties.secret.is_empty()),
        ("labels", !properties.labels.is_empty()),
        ("annotations", !properties.annotations.is_empty()),
        ("schedule", properties.schedule.is_some()),
        ("skip", properties.skip.is_some()),
    ];
    for (field, _) in fields.into_iter().filter(|(_, given)| *given) {
        findings.warn(
            &at.field(field),
            "no-effect",
            format!("an init container takes image, command, args and env; {field} is not used"),
        );
    }
}

pub(super) fn sidecars(
    subject: &Subject,
    sidecars: &[Sidecar],
    at: &Place,
    findings: &mut Findings,
) {
    for (index, sidecar) in sidecars.iter().enumerate() {
        let place = at.index(index);
        optional_name(sidecar.name.as_deref(), &place, findings);
        match sidecar.image.as_deref() {
            None => {
                findings.error(&place.field("image"), MISSING, "a sidecar needs an image");
            }
            Some(image) => component::image_name(image, &place.field("image"), findings),
        }
        environment::fixed(&sidecar.env, &place.field("env"), findings);
        ports::check(&sidecar.ports, &place.field("ports"), findings);
        if let Some(own) = &sidecar.traits {
            nested(
                subject,
                own,
                Some(&sidecar.env),
                Role::Sidecar,
                &place.field("traits"),
                findings,
            );
        }
    }
}

fn optional_name(name: Option<&str>, at: &Place, findings: &mut Findings) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        naming::name(name, &at.field("name"), "container", findings);
    }
}

/// Containers of one pod need different names; the main one is called like the component.
pub(super) fn names(subject: &Subject, traits: &Traits, at: &Place, findings: &mut Findings) {
    let mut owners: HashMap<Cow<str>, &str> =
        HashMap::from([(normalise(&subject.component.name), "the main container")]);
    let init = at.field("init");
    let sidecar = at.field("sidecar");
    let inits = traits
        .init
        .iter()
        .enumerate()
        .map(|(index, container)| (&init, index, "an init container", &container.name));
    let sidecars = traits
        .sidecar
        .iter()
        .enumerate()
        .map(|(index, container)| (&sidecar, index, "a sidecar", &container.name));
    for (list, index, what, name) in inits.chain(sidecars) {
        let Some(name) = name
            .as_deref()
            .map(normalise)
            .filter(|name| !name.is_empty())
        else {
            continue;
        };
        if let Some(owner) = owners.get(&name) {
            let message = format!("{owner} is called {name}, too");
            findings
                .error(&list.index(index).field("name"), "duplicate-name", message)
                .hint("containers of one pod need different names");
        } else {
            owners.insert(name, what);
        }
    }
}
