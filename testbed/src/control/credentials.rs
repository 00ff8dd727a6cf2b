//! Who is who in a new cluster: certificates and kubeconfigs of the control plane and of its administrator.

use std::net::IpAddr;

use crate::certificates::{Authority, Subject, create_service_account_key};
use crate::error::Result;
use crate::kubeconfig;
use crate::layout::Layout;
use crate::plan::AddressPlan;

/// Makes the authority and everything of the control plane that it signs.
///
/// # Errors
/// When a file cannot be written.
pub fn create(layout: &Layout, plan: AddressPlan) -> Result<Authority> {
    let authority = Authority::create(&layout.certificates())?;
    create_service_account_key(&layout.certificates())?;
    let addresses = [plan.host(), plan.kubernetes_service(), plan.loopback()].map(IpAddr::from);
    let names = [
        "localhost",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    ];
    authority.issue(&Subject {
        name: "kube-apiserver",
        common_name: "kube-apiserver",
        organization: None,
        names: &names,
        addresses: &addresses,
    })?;
    let masters = Some("system:masters");
    authority.issue(&client(
        "kubelet-client",
        "kube-apiserver-kubelet-client",
        masters,
    ))?;
    authority.issue(&client("front-proxy-client", "front-proxy-client", None))?;
    for (name, user, group) in [
        (
            "kube-controller-manager",
            "system:kube-controller-manager",
            None,
        ),
        ("kube-scheduler", "system:kube-scheduler", None),
        (
            "local-path-provisioner",
            "system:local-path-provisioner",
            None,
        ),
        ("admin", "kubernetes-admin", masters),
    ] {
        let credential = authority.issue(&client(name, user, group))?;
        let path = if name == "admin" {
            layout.kubeconfig()
        } else {
            layout.certificates().join(format!("{name}.kubeconfig"))
        };
        kubeconfig::write(
            &path,
            layout.name().as_str(),
            &plan.api_server_url(),
            &authority,
            &credential,
        )?;
    }
    Ok(authority)
}

fn client<'a>(name: &'a str, user: &'a str, group: Option<&'a str>) -> Subject<'a> {
    Subject {
        name,
        common_name: user,
        organization: group,
        names: &[],
        addresses: &[],
    }
}
