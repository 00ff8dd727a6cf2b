//! Trait `scaling` (decisions 25, 39).

use super::{Findings, Place};
use crate::Traits;
use crate::traits::Scaling;

pub(super) fn check(traits: &Traits, scaling: &Scaling, at: &Place, findings: &mut Findings) {
    if let Some(min) = scaling.min
        && min > scaling.max
        && !findings.is_faulty(&at.field("max"))
    {
        findings.error(
            &at.field("min"),
            "out-of-range",
            format!("min {min} is greater than max {}", scaling.max),
        );
    }
    if scaling.cpu.is_none() && scaling.memory.is_none() {
        let message = "no wanted use is given; Kubernetes takes 80 percent of the requested CPU";
        findings
            .warn(at, "default-metric", message)
            .hint("set cpu or memory");
    }
    let resources = traits.resources.as_ref();
    let unrequested = [
        (
            "cpu",
            scaling.cpu.is_some() && resources.is_none_or(|resources| resources.cpu.is_none()),
        ),
        (
            "memory",
            scaling.memory.is_some()
                && resources.is_none_or(|resources| resources.memory.is_none()),
        ),
    ];
    for (metric, _) in unrequested.into_iter().filter(|(_, missing)| *missing) {
        let message = format!(
            "the use of {metric} is a part of what is requested, but traits.resources.{metric} is not set"
        );
        findings
            .warn(&at.field(metric), "no-request", message)
            .hint("without it the number of pods never changes");
    }
    if scaling
        .behavior
        .as_ref()
        .is_some_and(|behavior| !behavior.is_object())
    {
        findings.error(
            &at.field("behavior"),
            "wrong-type",
            "expected an object with scaleUp and scaleDown",
        );
    }
}
