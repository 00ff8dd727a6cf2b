//! Services of a component (app-plane §1; decisions 12, 16).

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use kubemin_model::names::{LABEL_LIMIT, derived_name};
use kubemin_model::traits::Service as Wanted;
use kubemin_objects::Kind;

use crate::absent::unless_empty;
use crate::context::{Context, Owner};
use crate::draft::Draft;
use crate::metadata::{self, Labels};

/// The Service under the component's name.
pub fn own(ctx: &Context<'_>, wanted: &Wanted, ports: Vec<ServicePort>) -> Draft {
    let owner = ctx.owner;
    let resource = Service {
        metadata: metadata::object(
            owner,
            ctx.component_name(),
            &Labels::new(),
            &wanted.annotations,
        ),
        spec: Some(ServiceSpec {
            type_: wanted.kind.clone().filter(|kind| kind != "ClusterIP"),
            cluster_ip: (wanted.headless == Some(true)).then(|| "None".to_owned()),
            session_affinity: wanted
                .session_affinity
                .clone()
                .filter(|affinity| affinity != "None"),
            selector: Some(metadata::selector(owner)),
            ports: Some(ports),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    };
    Draft::typed(owner, Kind::Service, owner.path("name"), &resource)
}

/// The governing Service of a StatefulSet. Peers must find each other before they are ready.
pub fn governing(ctx: &Context<'_>, ports: Vec<ServicePort>) -> Draft {
    let owner = ctx.owner;
    let ports = ports
        .into_iter()
        .map(|port| ServicePort {
            node_port: None,
            ..port
        })
        .collect::<Vec<_>>();
    let resource = Service {
        metadata: metadata::bare(owner, &governing_name(owner)),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".to_owned()),
            publish_not_ready_addresses: Some(true),
            selector: Some(metadata::selector(owner)),
            ports: unless_empty(ports),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    };
    Draft::typed(owner, Kind::Service, owner.path("name"), &resource)
}

/// `<component>-headless`.
pub fn governing_name(owner: Owner<'_>) -> String {
    derived_name(&owner.component.name, "-headless", LABEL_LIMIT)
}
