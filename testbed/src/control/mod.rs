//! The control plane: programs on the host, outside of every node.

mod api_server;
mod controllers;
mod credentials;
mod etcd;
mod volumes;

use std::path::PathBuf;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::kubectl::Kubectl;
use crate::layout::Layout;
use crate::plan::AddressPlan;
use crate::process::{Part, Record};
use crate::programs;
use crate::wait::{Progress, until};

pub use credentials::create as create_credentials;
pub use volumes::NAMESPACE as VOLUME_NAMESPACE;

/// The control plane of one cluster.
pub struct ControlPlane<'a> {
    pub layout: &'a Layout,
    pub plan: AddressPlan,
    kubernetes: PathBuf,
    provisioner: PathBuf,
}

/// The parts in the order in which they start.
pub const PARTS: [&str; 5] = [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "local-path-provisioner",
];

impl<'a> ControlPlane<'a> {
    /// # Errors
    /// When a program has to be built and cannot be.
    pub fn new(layout: &'a Layout, plan: AddressPlan) -> Result<Self> {
        let kubernetes = programs::ensure(programs::find("kubernetes")?)?;
        let provisioner = programs::ensure(programs::find("local-path-provisioner")?)?;
        Ok(Self {
            layout,
            plan,
            kubernetes,
            provisioner,
        })
    }

    /// Starts etcd and the API server and waits until it is ready to serve.
    ///
    /// # Errors
    /// When one dies, with the last lines of its log, or is not ready within a minute.
    pub fn start_api(&self, kubectl: &Kubectl) -> Result<()> {
        let started = [self.start("etcd")?, self.start("kube-apiserver")?];
        until(
            "the API server being ready",
            Duration::from_secs(60),
            Duration::from_millis(100),
            || {
                started
                    .iter()
                    .try_for_each(|record| record.check(self.layout))?;
                if std::net::TcpStream::connect((self.plan.host(), 6443)).is_err() {
                    return Ok(Progress::NotYet("it does not listen yet".to_owned()));
                }
                Ok(match kubectl.run(&["get", "--raw", "/readyz"]) {
                    Ok(_) => Progress::Done(()),
                    Err(error) => Progress::NotYet(error.to_string()),
                })
            },
        )
    }

    /// Starts the parts that are clients of the API server.
    ///
    /// # Errors
    /// When one cannot be started.
    pub fn start_clients(&self) -> Result<()> {
        PARTS[2..]
            .iter()
            .try_for_each(|part| self.start(part).map(|_| ()))
    }

    /// Starts one part.
    ///
    /// # Errors
    /// When there is no such part or it cannot be started.
    pub fn start(&self, part: &str) -> Result<Record> {
        let (program, args) = match part {
            "etcd" => (&self.kubernetes, etcd::arguments(self.layout, self.plan)),
            "kube-apiserver" => (
                &self.kubernetes,
                api_server::arguments(self.layout, self.plan)?,
            ),
            "kube-controller-manager" => (
                &self.kubernetes,
                controllers::manager_arguments(self.layout, self.plan),
            ),
            "kube-scheduler" => (
                &self.kubernetes,
                controllers::scheduler_arguments(self.layout, self.plan),
            ),
            "local-path-provisioner" => (&self.provisioner, volumes::arguments(self.layout)?),
            other => {
                return Err(Error::Refused(format!(
                    "no part of the control plane is called {other:?}"
                )));
            }
        };
        Part {
            name: part.to_owned(),
            program: program.clone(),
            args,
            ..Part::default()
        }
        .start(self.layout)
    }
}

/// A command with `--KEY=VALUE` for each pair.
fn command<const N: usize>(name: &str, pairs: [(&str, String); N]) -> Vec<String> {
    std::iter::once(name.to_owned())
        .chain(flags(pairs))
        .collect()
}

fn flags<const N: usize>(pairs: [(&str, String); N]) -> impl Iterator<Item = String> {
    pairs
        .into_iter()
        .map(|(key, value)| format!("--{key}={value}"))
}
