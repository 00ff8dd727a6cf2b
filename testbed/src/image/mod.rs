//! The images of a cluster: built here from Debian packages and small programs, kept as archives.

pub mod archive;
mod build;
mod debian;
mod definition;
mod layer;

pub use build::ensure_bundles;

/// The image of the process that holds a pod's namespaces.
pub const PAUSE: &str = "registry.k8s.io/pause:3.10";
