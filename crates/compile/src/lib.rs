//! Applications to Kubernetes objects: pure functions, one file a trait.
//!
//! [`compile`] takes a checked application and the facts about a cluster and gives every object, in apply order.
//! Nothing here waits, reads a clock, a file or a network, or draws a random number: the same input is the same output.

mod absent;
mod claims;
mod collisions;
mod compilation;
mod component;
mod config_hash;
mod container;
mod context;
mod contribution;
mod draft;
mod fault;
mod merge;
mod metadata;
mod numbering;
mod order;
mod pod;
mod policies;
mod ports;
mod traits;
mod typed;
mod workloads;
mod yaml;

pub use compilation::{Compilation, compile};
pub use yaml::render_yaml;
