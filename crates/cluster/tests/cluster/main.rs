//! The adapter against a real cluster: `KUBECONFIG` names it, `make cluster` starts one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod apply;
mod drift;
mod evidence;
mod kinds;
mod lease;
mod logs;
mod reach;
mod scale;
mod testbed;
mod watch;
