//! A node: a network namespace with a container runtime, a kubelet and a proxy of its own.

mod containerd;
mod kubelet;
mod proxy;

use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::certificates::{Authority, Subject};
use crate::cgroup;
use crate::error::{Context, Result};
use crate::kubeconfig;
use crate::layout::Layout;
use crate::mounts;
use crate::network;
use crate::plan::NodePlan;
use crate::process::{Part, forget, records_of_node};
use crate::programs;
use crate::registry;

/// One node of a cluster.
pub struct Node<'a> {
    pub layout: &'a Layout,
    pub plan: NodePlan,
}

/// The parts of a node in the order in which they start.
pub const PARTS: [&str; 4] = ["registry", "containerd", "kubelet", "kube-proxy"];

impl Node<'_> {
    pub fn name(&self) -> String {
        self.plan.name()
    }

    pub fn folder(&self) -> PathBuf {
        self.layout.node(self.plan)
    }

    fn cgroup(&self) -> PathBuf {
        self.layout.cgroup().join(self.name())
    }

    /// Makes the node's identity: what its kubelet and proxy are to the API server.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn create_credentials(&self, authority: &Authority) -> Result<()> {
        let (name, folder) = (self.name(), self.layout.certificates());
        let user = format!("system:node:{name}");
        let addresses = [IpAddr::from(self.plan.address())];
        let server = self.plan.plan.api_server_url();
        let subject = Subject {
            name: &name,
            common_name: &user,
            organization: Some("system:nodes"),
            names: &[&name],
            addresses: &addresses,
        };
        let credential = authority.issue(&subject)?;
        kubeconfig::write(
            &folder.join(format!("{name}.kubeconfig")),
            self.layout.name().as_str(),
            &server,
            authority,
            &credential,
        )?;
        let proxy = format!("{name}-proxy");
        let credential = authority.issue(&Subject {
            name: &proxy,
            common_name: "system:kube-proxy",
            organization: None,
            names: &[],
            addresses: &[],
        })?;
        kubeconfig::write(
            &folder.join(format!("{proxy}.kubeconfig")),
            self.layout.name().as_str(),
            &server,
            authority,
            &credential,
        )
    }

    /// Switches the node's machine on: its link, and the runtime that holds its images.
    ///
    /// # Errors
    /// When a part cannot be started or the runtime does not answer.
    pub fn start_runtime(&self) -> Result<()> {
        network::create_node(self.plan)?;
        cgroup::create(&self.cgroup())?;
        for folder in ["run", "kubelet", "pod-logs", "volumes", "plugins"] {
            let path = self.folder().join(folder);
            fs::create_dir_all(&path).context(|| format!("making {} failed", path.display()))?;
        }
        containerd::write_configuration(self)?;
        let program = std::env::current_exe()
            .context(|| "finding this program's own path failed".to_owned())?;
        self.start(
            "registry",
            program,
            registry::arguments(self.layout),
            Vec::new(),
        )?;
        let containerd = self.start(
            "containerd",
            PathBuf::from("/usr/bin/containerd"),
            containerd::arguments(self),
            Vec::new(),
        )?;
        containerd::wait(self, &containerd)
    }

    /// Starts what makes the node take part in the cluster.
    ///
    /// # Errors
    /// When a part cannot be started.
    pub fn start_agents(&self) -> Result<()> {
        let kubernetes = programs::ensure(programs::find("kubernetes")?)?;
        let arguments = kubelet::arguments(self)?;
        self.start(
            "kubelet",
            kubernetes.clone(),
            arguments,
            vec![("GOMAXPROCS", "2".to_owned())],
        )?;
        self.start(
            "kube-proxy",
            kubernetes,
            proxy::arguments(self)?,
            Vec::new(),
        )
        .map(|_| ())
    }

    /// Loads an archive of images.
    ///
    /// # Errors
    /// When containerd refuses the archive.
    pub fn load(&self, archive: &std::path::Path) -> Result<()> {
        containerd::load(self, archive)
    }

    /// Switches the node off as a power cut would: nothing of it is told. What was on its disk
    /// (images, volumes, the kubelet's notes) stays.
    ///
    /// # Errors
    /// When a process or a mount cannot be removed.
    pub fn power_off(&self) -> Result<()> {
        network::remove_node(self.plan)?;
        cgroup::end_processes(&self.cgroup())?;
        for record in records_of_node(self.layout, &self.name()) {
            record.stop(self.layout, Duration::ZERO)?;
            forget(self.layout, &record.part)?;
        }
        containerd::forget_shims(self);
        mounts::detach_below(&self.folder())?;
        let run = self.folder().join("run");
        if run.exists() {
            fs::remove_dir_all(&run).context(|| format!("removing {} failed", run.display()))?;
        }
        cgroup::remove(&self.cgroup())
    }

    /// Whether every part of the node runs.
    pub fn is_running(&self) -> bool {
        let records = records_of_node(self.layout, &self.name());
        PARTS.iter().all(|part| {
            let name = format!("{}/{part}", self.name());
            records
                .iter()
                .any(|record| record.part == name && record.is_alive())
        })
    }

    fn start(
        &self,
        part: &str,
        program: PathBuf,
        args: Vec<String>,
        environment: Vec<(&'static str, String)>,
    ) -> Result<crate::process::Record> {
        let name = format!("{}/{part}", self.name());
        Part {
            name,
            program,
            args,
            environment,
            namespace: Some(self.plan.namespace()),
        }
        .start(self.layout)
    }
}
