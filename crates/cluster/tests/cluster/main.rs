//! The adapter against a real cluster: `KUBECONFIG` names it, `make cluster` starts one.

mod apply;
mod kinds;
mod testbed;
mod watch;
