//! The adapter against a real cluster: `KUBECONFIG` names it, `make cluster` starts one.

mod apply;
mod evidence;
mod kinds;
mod logs;
mod reach;
mod scale;
mod testbed;
mod watch;
