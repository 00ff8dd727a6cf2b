//! Configuration of the server: one table of settings, three places to set them, every fault at once.
//!
//! A flag beats the environment, the environment beats the file, the file beats the default (interfaces, Configuration).
//! [`resolve`] is pure: what it reads is in [`Inputs`]. [`Settings`] is what the server is built from.

mod choices;
mod file;
mod form;
mod inputs;
mod print;
mod reference;
mod resolve;
mod rules;
mod section;
mod sections;
mod setting;
mod start;
mod unknown;

pub use choices::{
    CacheType, GpuPlatform, GpuUnit, KafkaSaslMechanism, LogFormat, MessageType, OffsetReset,
    ReplicaParity,
};
pub use form::{BindAddress, DatastoreUrl, Secret};
pub use inputs::Inputs;
pub use print::{Printed, as_data, as_lines};
pub use reference::reference;
pub use resolve::{Fault, Resolution, Resolved, Source, resolve};
pub use sections::{
    Cache, Datastore, Kubernetes, Leader, Log, Messaging, Security, Server, Settings, Workflow,
    every_section, every_setting,
};
pub use setting::{Effective, Kind, Secrecy, Setting};
pub use start::{StartFacts, start_faults};

#[cfg(test)]
mod tests;
