//! Trait `network`: who may call the component and whom it may call (decision 25).

use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kubemin_model::Traits;
use kubemin_model::traits::added::Peer;
use kubemin_objects::Kind;

use crate::absent::unless_empty;
use crate::context::Context;
use crate::contribution::Contribution;
use crate::draft::Draft;
use crate::metadata;
use crate::ports;

/// Set by Kubernetes on every namespace.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";
const DNS_PORT: i32 = 53;

/// The policy, named like its component.
pub fn process(ctx: &Context<'_>, traits: &Traits) -> Contribution {
    let mut whole = Contribution::default();
    let Some(network) = &traits.network else {
        return whole;
    };
    let mut spec = NetworkPolicySpec {
        pod_selector: Some(metadata::label_selector(ctx.owner)),
        policy_types: Some(Vec::new()),
        ..NetworkPolicySpec::default()
    };
    let types = spec.policy_types.get_or_insert_default();
    if let Some(from) = &network.from {
        types.push("Ingress".to_owned());
        spec.ingress = unless_empty(
            from.iter()
                .map(|peer| caller(ctx, peer))
                .collect::<Vec<_>>(),
        );
    }
    if let Some(to) = &network.to {
        types.push("Egress".to_owned());
        spec.egress = unless_empty(callees(ctx, to));
    }
    let resource = NetworkPolicy {
        metadata: metadata::bare(ctx.owner, ctx.component_name()),
        spec: Some(spec),
    };
    whole.objects.push(Draft::typed(
        ctx.owner,
        Kind::NetworkPolicy,
        ctx.at("network"),
        &resource,
    ));
    whole
}

fn caller(ctx: &Context<'_>, peer: &Peer) -> NetworkPolicyIngressRule {
    NetworkPolicyIngressRule {
        from: Some(vec![selected(ctx, peer)]),
        ports: unless_empty(
            peer.ports
                .iter()
                .map(|port| pod_port(ctx, ctx.component_name(), *port))
                .collect::<Vec<_>>(),
        ),
    }
}

/// Whoever may call somebody may also ask for the address; who may call nobody gets no DNS either.
fn callees(ctx: &Context<'_>, to: &[Peer]) -> Vec<NetworkPolicyEgressRule> {
    let mut rules: Vec<_> = to
        .iter()
        .map(|peer| {
            let component = peer.component.as_deref().unwrap_or_default();
            let open = peer
                .ports
                .iter()
                .map(|port| pod_port(ctx, component, *port));
            NetworkPolicyEgressRule {
                to: Some(vec![selected(ctx, peer)]),
                ports: unless_empty(open.collect::<Vec<_>>()),
            }
        })
        .collect();
    if !rules.is_empty() {
        let dns = |protocol: &str| port(DNS_PORT, Some(protocol.to_owned()));
        rules.push(NetworkPolicyEgressRule {
            to: None,
            ports: Some(vec![dns("UDP"), dns("TCP")]),
        });
    }
    rules
}

fn selected(ctx: &Context<'_>, peer: &Peer) -> NetworkPolicyPeer {
    let labels = |labels| LabelSelector {
        match_labels: Some(labels),
        ..LabelSelector::default()
    };
    NetworkPolicyPeer {
        pod_selector: peer
            .component
            .as_ref()
            .map(|name| labels(metadata::selector_of(ctx.owner, name))),
        namespace_selector: peer
            .namespace
            .as_ref()
            .map(|name| labels([(NAMESPACE_NAME.to_owned(), name.clone())].into())),
        ip_block: peer.cidr.as_ref().map(|cidr| IPBlock {
            cidr: cidr.clone(),
            except: None,
        }),
    }
}

/// Policies see the port of the pod, authors know that of the Service.
fn pod_port(ctx: &Context<'_>, component: &str, number: i32) -> NetworkPolicyPort {
    let number = ctx
        .owner
        .app
        .component(component)
        .map_or(number, |component| ports::behind(component, number));
    port(number, None)
}

fn port(number: i32, protocol: Option<String>) -> NetworkPolicyPort {
    NetworkPolicyPort {
        port: Some(IntOrString::Int(number)),
        protocol,
        end_port: None,
    }
}
