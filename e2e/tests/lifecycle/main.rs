//! The life of an application: updates, drift, revisions, data, tasks.

mod data;
mod drift;
mod revisions;
mod tasks;
mod updates;

use std::time::Duration;

/// Longest time for something small to happen.
const SOON: Duration = Duration::from_secs(30);
