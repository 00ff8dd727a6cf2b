//! Every setting of the server, a file a section.

mod cache;
mod leader;
mod messaging;
mod platform;
mod server;
mod workflow;

pub use cache::Cache;
pub use leader::Leader;
pub use messaging::Messaging;
pub use platform::{Kubernetes, Log};
pub use server::{Datastore, Security, Server};
pub use workflow::Workflow;

use super::resolve::Reader;
use super::setting::Setting;

macro_rules! settings {
    ($($field:ident: $section:ident),+ $(,)?) => {
        /// Every value the server runs with.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Settings {
            $(#[doc = concat!("Section `", stringify!($field), "`.")] pub $field: $section,)+
        }

        /// Sections in the order in which they are printed: name in the file, what it is about, settings.
        pub fn every_section() -> impl Iterator<Item = (&'static str, &'static str, &'static [Setting])> {
            [$((stringify!($field), $section::ABOUT, $section::TABLE)),+].into_iter()
        }

        impl Settings {
            pub(in crate::config) fn read(values: &mut Reader<'_>) -> Self {
                Self { $($field: $section::read(values),)+ }
            }
        }
    };
}

settings! {
    server: Server,
    datastore: Datastore,
    security: Security,
    workflow: Workflow,
    messaging: Messaging,
    cache: Cache,
    kubernetes: Kubernetes,
    leader: Leader,
    log: Log,
}

/// Every setting, section by section.
pub fn every_setting() -> impl Iterator<Item = &'static Setting> {
    every_section().flat_map(|(_, _, settings)| settings.iter())
}
