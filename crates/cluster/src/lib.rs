//! Kubernetes behind [`kubemin_ports::Cluster`], by kube-rs.
//!
//! Requests and answers are raw JSON: what is kept in memory are the slim states of `kubemin-objects`, never typed
//! Kubernetes objects (a typed pod costs ten times its slim state).

mod api_server;
mod apply;
mod cluster;
mod delete;
mod discovery;
mod evidence;
mod fault;
mod fleet;
mod hash;
mod lease;
mod logs;
mod namespaces;
mod options;
mod pace;
mod path;
mod read;
mod same;
mod served;
mod watch;

pub use cluster::KubeCluster;
pub use lease::{LeaseElection, LeaseOptions};
pub use options::Options;
