//! Containers from what they run and what their traits add.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, EnvVar};
use kubemin_model::{Policies, Port};

use crate::absent::unless_empty;
use crate::contribution::ContainerPart;
use crate::ports;

/// What a container runs.
pub struct Run<'a> {
    /// Name of the container.
    pub name: String,
    /// Image.
    pub image: &'a str,
    /// Entrypoint.
    pub command: &'a [String],
    /// Arguments.
    pub args: &'a [String],
    /// Static variables.
    pub env: Option<&'a BTreeMap<String, String>>,
    /// Ports.
    pub ports: &'a [Port],
}

/// The container. Static variables come first, so that those of `envs` may refer to them.
pub fn build(run: Run<'_>, part: ContainerPart, policies: &Policies) -> Container {
    let fixed = run.env.into_iter().flatten().map(|(name, value)| EnvVar {
        name: name.clone(),
        value: Some(value.clone()),
        ..EnvVar::default()
    });
    let mut open = ports::of_container(run.ports);
    for port in part.ports {
        if !open.iter().any(|known| {
            known.container_port == port.container_port && known.protocol == port.protocol
        }) {
            open.push(port);
        }
    }
    Container {
        name: run.name,
        image: Some(run.image.to_owned()),
        image_pull_policy: Some(
            policies
                .image_pull_policy
                .clone()
                .unwrap_or_else(|| "IfNotPresent".to_owned()),
        ),
        command: unless_empty(run.command.to_vec()),
        args: unless_empty(run.args.to_vec()),
        env: unless_empty(fixed.chain(part.env).collect::<Vec<_>>()),
        env_from: unless_empty(part.env_from),
        ports: unless_empty(open),
        volume_mounts: unless_empty(part.mounts),
        resources: part.resources,
        liveness_probe: part.liveness,
        readiness_probe: part.readiness,
        startup_probe: part.startup,
        ..Container::default()
    }
}
