//! Documents against the fields of the types: every accepted spelling to the canonical one, every fault with its place.
//! The fields come from the JSON Schema that is generated from the types, so that the two cannot drift apart.

mod compiled;
mod expected;
mod faults;
mod locate;
mod spelling;
mod trail;
mod walk;

pub(crate) use faults::Faults;
pub(crate) use locate::locate;
pub(crate) use spelling::nearest;
pub(crate) use trail::{push_index, push_name};
pub(crate) use walk::shape;
