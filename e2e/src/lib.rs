//! Tools of the end-to-end tests: the real program against a real cluster.
//!
//! `KUBEMIN_BIN` names the program (default `target/release/kubemin`), `KUBECONFIG` the cluster (`make cluster`).

pub mod audit;
pub mod component;
pub mod document;
pub mod example;
pub mod fleet;
pub mod http;
pub mod jobs;
pub mod kubectl;
pub mod kubemin;
pub mod namespace;
pub mod parallel;
pub mod server;
pub mod site;
pub mod until;

pub use audit::Audit;
pub use example::{Example, examples};
pub use fleet::Fleet;
pub use kubectl::kubectl;
pub use kubemin::{Kubemin, Ran};
pub use namespace::Namespace;
pub use parallel::parallel;
pub use server::Server;
pub use site::Site;
pub use until::until;
