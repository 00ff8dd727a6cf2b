//! List-watch of workloads and pods that carry the application id label (seed 000, Informer 状态同步机制).

mod backoff;
mod index;
mod pod;
mod store;
mod stream;
mod workload;

pub(crate) use pod::{RawPod, millis};
pub(crate) use store::Store;
pub(crate) use stream::{Scope, WATCHES, start};
