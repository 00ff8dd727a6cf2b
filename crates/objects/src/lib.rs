//! The compiled objects and the facts about a cluster that `compile` makes and `workflow` plans over.
//!
//! Plain data: no Kubernetes types, no I/O. Objects carry their body as JSON exactly as it is applied.

pub mod facts;
pub mod kind;
pub mod labels;
pub mod object;
pub mod observed;

pub use facts::{ClusterFacts, GPU_PLATFORMS, GpuMemoryUnit, GpuNames};
pub use kind::Kind;
pub use object::{Compiled, Object, ObjectKey, ObjectRole};
pub use observed::{ContainerState, Observed, PodState, WorkloadState};
